package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/klog/v2"
)

// plane is a control plane whose files are in a folder of its own.
type plane struct {
	dir                          string
	port                         int
	secrets                      secrets
	client                       kubernetes.Interface
	etcd, apiserver, controllers *part
}

// newPlane starts one and returns when it answers; whoever gets it closes it. The
// flags are added to those of kube-apiserver.
func newPlane(ctx context.Context, flags []string) (*plane, error) {
	klog.LogToStderr(false) // that client-go finds no server is what tests of faults want
	klog.SetOutput(io.Discard)
	dir, err := os.MkdirTemp("", "odg-kubetest-")
	if err != nil {
		return nil, err
	}
	p := &plane{dir: dir}
	if err := p.start(ctx, flags); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

func (p *plane) start(ctx context.Context, flags []string) error {
	var err error
	if p.port, err = reservePort(); err != nil {
		return err
	}
	if p.secrets, err = writeSecrets(p.dir); err != nil {
		return fmt.Errorf("write certificates: %w", err)
	}
	if err := p.writeKubeconfig(); err != nil {
		return err
	}
	if p.client, err = kubernetes.NewForConfig(p.config()); err != nil {
		return err
	}
	if err := p.startEtcd(ctx); err != nil {
		return err
	}
	if err := p.startServer(ctx, flags); err != nil {
		return err
	}
	if err := p.startControllers(ctx); err != nil {
		return err
	}
	return startKubelet(ctx, p.client)
}

func (p *plane) startEtcd(ctx context.Context) error {
	dir := p.file("etcd")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	p.etcd = newPart(p.dir, "etcd", dir)
	if err := p.etcd.start(); err != nil {
		return err
	}
	return p.await(ctx, p.etcd, func(context.Context) error {
		_, err := os.Stat(filepath.Join(dir, addressFile))
		return err
	})
}

func (p *plane) startServer(ctx context.Context, flags []string) error {
	address, err := os.ReadFile(filepath.Join(p.file("etcd"), addressFile))
	if err != nil {
		return err
	}
	p.apiserver = newPart(p.dir, "kube-apiserver", append([]string{
		"--etcd-servers=http://" + string(address),
		"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--secure-port=" + strconv.Itoa(p.port), "--permit-port-sharing",
		"--shutdown-watch-termination-grace-period=1s", // without it open watches hold up the end for a minute
		"--endpoint-reconciler-type=none",              // an address of the loopback device is no valid endpoint
		"--tls-cert-file=" + p.file("apiserver.crt"), "--tls-private-key-file=" + p.file("apiserver.key"),
		"--authorization-mode=RBAC", "--anonymous-auth=false", "--token-auth-file=" + p.file("tokens.csv"),
		"--service-account-issuer=https://kubernetes.default.svc", "--service-cluster-ip-range=10.0.0.0/16",
		"--service-account-key-file=" + p.file("accounts.pub"), "--service-account-signing-key-file=" + p.file("accounts.key"),
	}, flags...)...)
	if err := p.apiserver.start(); err != nil {
		return err
	}
	return p.answers(ctx)
}

// answers returns when kube-apiserver calls itself ready.
func (p *plane) answers(ctx context.Context) error {
	return p.await(ctx, p.apiserver, func(ctx context.Context) error {
		return p.client.Discovery().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
	})
}

// startControllers starts those that tests meet, and returns when they make the
// account without which no pod is admitted.
func (p *plane) startControllers(ctx context.Context) error {
	p.controllers = newPart(p.dir, "kube-controller-manager",
		"--kubeconfig="+p.file("kubeconfig"), "--leader-elect=false", "--secure-port=0",
		"--service-account-private-key-file="+p.file("accounts.key"), "--root-ca-file="+p.file("ca.crt"),
		"--kube-api-qps=1000", "--kube-api-burst=2000",
		"--controllers=deployment-controller,replicaset-controller,cronjob-controller,job-controller,"+
			"garbage-collector-controller,namespace-controller,serviceaccount-controller,root-ca-certificate-publisher-controller,clusterrole-aggregation-controller")
	if err := p.controllers.start(); err != nil {
		return err
	}
	return p.await(ctx, p.controllers, func(ctx context.Context) error {
		_, err := p.client.CoreV1().ServiceAccounts(metav1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
		return err
	})
}

// await returns when ready does without an error, and gives up when the part ends.
func (p *plane) await(ctx context.Context, of *part, ready func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		attempt, done := context.WithTimeout(ctx, 2*time.Second)
		err := ready(attempt)
		done()
		if err == nil {
			return nil
		}
		select {
		case <-of.ended:
			return fmt.Errorf("%s ended: %s", of.name, of.lastWords())
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w: %s", of.name, errors.Join(ctx.Err(), err), of.lastWords())
		case <-tick.C:
		}
	}
}

// close ends all parts at once, as nothing of their data stays.
func (p *plane) close() error {
	var failed error
	for _, part := range []*part{p.controllers, p.apiserver, p.etcd} {
		if part != nil {
			failed = errors.Join(failed, part.end(context.Background(), syscall.SIGKILL))
		}
	}
	return errors.Join(failed, os.RemoveAll(p.dir))
}

func (p *plane) file(name string) string { return filepath.Join(p.dir, name) }

func (p *plane) host() string { return "https://127.0.0.1:" + strconv.Itoa(p.port) }

func (p *plane) config() *rest.Config {
	return &rest.Config{
		Host: p.host(), BearerToken: p.secrets.token, TLSClientConfig: rest.TLSClientConfig{CAData: p.secrets.authority},
		QPS: -1, ContentConfig: rest.ContentConfig{ContentType: "application/vnd.kubernetes.protobuf"},
	}
}

// writeKubeconfig writes that of the user admin.
func (p *plane) writeKubeconfig() error {
	c := clientcmdapi.NewConfig()
	c.Clusters["kubetest"] = &clientcmdapi.Cluster{Server: p.host(), CertificateAuthorityData: p.secrets.authority}
	c.AuthInfos["admin"] = &clientcmdapi.AuthInfo{Token: p.secrets.token}
	c.Contexts["kubetest"] = &clientcmdapi.Context{Cluster: "kubetest", AuthInfo: "admin"}
	c.CurrentContext = "kubetest"
	return clientcmd.WriteToFile(*c, p.file("kubeconfig"))
}
