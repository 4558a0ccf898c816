package main

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// reservePort binds a loopback port and never listens on it, so that connections are
// refused while kube-apiserver is down and no other process takes the port meanwhile:
// only one that asks to share it can, as kube-apiserver --permit-port-sharing does.
// The port is held until this process ends.
func reservePort() (int, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return 0, fmt.Errorf("make a socket: %w", err)
	}
	unix.CloseOnExec(fd)
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1); err != nil {
		return 0, fmt.Errorf("share a port: %w", err)
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return 0, fmt.Errorf("reserve a port: %w", err)
	}
	address, err := unix.Getsockname(fd)
	if err != nil {
		return 0, fmt.Errorf("read the reserved port: %w", err)
	}
	return address.(*unix.SockaddrInet4).Port, nil // as bound above
}
