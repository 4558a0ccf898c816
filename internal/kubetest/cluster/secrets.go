package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// secrets are what the parts trust one another by. All of them live in the folder of
// the cluster and end with it.
type secrets struct {
	authority []byte // certificate, PEM
	token     string // of the user admin, who may do everything
}

// writeSecrets makes new ones in dir.
func writeSecrets(dir string) (secrets, error) {
	s := secrets{token: rand.Text()}
	authority, key, err := certify(nil, nil, &x509.Certificate{
		Subject: pkix.Name{CommonName: "kubetest"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	})
	if err != nil {
		return s, err
	}
	server, serverKey, err := certify(authority, key, &x509.Certificate{
		Subject: pkix.Name{CommonName: "kube-apiserver"}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	})
	if err != nil {
		return s, err
	}
	accounts, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader) // signs the tokens of service accounts
	if err != nil {
		return s, err
	}
	public, err := x509.MarshalPKIXPublicKey(&accounts.PublicKey)
	if err != nil {
		return s, err
	}
	s.authority = block("CERTIFICATE", authority.Raw)
	return s, writeFiles(dir, map[string][]byte{
		"ca.crt": s.authority, "apiserver.crt": block("CERTIFICATE", server.Raw), "apiserver.key": private(serverKey),
		"accounts.pub": block("PUBLIC KEY", public), "accounts.key": private(accounts),
		"tokens.csv": fmt.Appendf(nil, "%s,admin,admin,system:masters\n", s.token),
	})
}

func writeFiles(dir string, files map[string][]byte) error {
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// certify signs template by the key of the authority, or by its own if there is none.
func certify(authority *x509.Certificate, by *ecdsa.PrivateKey, template *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	if template.SerialNumber, err = rand.Int(rand.Reader, big.NewInt(1<<62)); err != nil {
		return nil, nil, err
	}
	now := time.Now()
	template.NotBefore, template.NotAfter = now.Add(-time.Hour), now.AddDate(1, 0, 0)
	if authority == nil {
		authority, by = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, authority, &key.PublicKey, by)
	if err != nil {
		return nil, nil, fmt.Errorf("sign a certificate: %w", err)
	}
	signed, err := x509.ParseCertificate(der)
	return signed, key, err
}

func block(kind string, content []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content})
}

func private(key *ecdsa.PrivateKey) []byte {
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		panic(err) // a key on P-256 always marshals
	}
	return block("EC PRIVATE KEY", der)
}
