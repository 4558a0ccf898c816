package main

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
)

// patience is how long one part may take to start on a busy machine.
const patience = 2 * time.Minute

// addressFile is where etcd writes, inside of its directory, the host:port it serves.
const addressFile = "address"

// serveEtcd serves one etcd member with its data below dir.
func serveEtcd(dir string) error {
	etcd, err := embed.StartEtcd(etcdConfig(dir))
	if err != nil {
		return err
	}
	defer etcd.Close()
	select {
	case <-etcd.Server.ReadyNotify():
	case err := <-etcd.Err():
		return err
	case <-time.After(patience):
		return errors.New("etcd does not get ready")
	}
	if err := writeWhole(filepath.Join(dir, addressFile), []byte(etcd.Clients[0].Addr().String())); err != nil {
		return err
	}
	return <-etcd.Err()
}

func etcdConfig(dir string) *embed.Config {
	loopback := []url.URL{{Scheme: "http", Host: "127.0.0.1:0"}} // the kernel chooses the port
	c := embed.NewConfig()
	c.Dir = filepath.Join(dir, "data")
	c.UnsafeNoFsync = true // nothing of it is to survive the machine
	c.LogLevel, c.LogOutputs = "warn", []string{"stderr"}
	c.ListenClientUrls, c.AdvertiseClientUrls = loopback, loopback
	c.ListenPeerUrls, c.AdvertisePeerUrls = loopback, loopback
	c.InitialCluster = c.InitialClusterFromName(c.Name)
	c.QuotaBackendBytes = 4 << 30
	return c
}

// writeWhole lets a reader see all of the file or none.
func writeWhole(name string, content []byte) error {
	if err := os.WriteFile(name+".part", content, 0o600); err != nil {
		return err
	}
	return os.Rename(name+".part", name)
}
