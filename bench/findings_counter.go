package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
)

// counter stands between a client and PostgreSQL, and counts the statements that are
// sent (frontend messages Execute and Query of the protocol, version 3).
type counter struct {
	net.Listener
	server     string
	statements atomic.Int64
	open       sync.WaitGroup
}

// newCounter returns a counter and the URL by which clients pass it.
func newCounter(database string) (*counter, string, error) {
	address, err := url.Parse(database)
	if err != nil {
		return nil, "", err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	c := &counter{Listener: listener, server: address.Host}
	address.Host = listener.Addr().String()
	c.open.Go(c.accept)
	return c, address.String(), nil
}

// accept runs until the counter is closed.
func (c *counter) accept() {
	for {
		client, err := c.Accept()
		if err != nil {
			return
		}
		go func() {
			_ = c.pass(client) // the client sees that its connection ends
		}()
	}
}

// Close takes no more clients; those that there are go on.
func (c *counter) Close() error {
	err := c.Listener.Close()
	c.open.Wait()
	return err
}

func (c *counter) pass(client net.Conn) error {
	server, err := net.Dial("tcp", c.server)
	if err != nil {
		return errors.Join(err, client.Close())
	}
	go func() {
		_, _ = io.Copy(client, server) // the other direction ends, too
		_ = client.Close()
	}()
	err = c.count(bufio.NewReaderSize(client, 64<<10), server)
	return errors.Join(err, server.Close())
}

// Requests that come instead of the first message.
const (
	requestTLS    = 80877103
	requestGSS    = 80877104
	requestCancel = 80877102
)

// count passes messages on: the first ones have no type.
func (c *counter) count(from *bufio.Reader, to io.Writer) error {
	for {
		head, err := from.Peek(8)
		if err != nil {
			return err
		}
		if _, err := io.CopyN(to, from, int64(binary.BigEndian.Uint32(head))); err != nil {
			return err
		}
		switch code := binary.BigEndian.Uint32(head[4:]); code {
		case requestTLS, requestGSS:
			continue // the server refuses, and the client goes on without
		case requestCancel:
			return nil
		}
		break
	}
	for {
		head, err := from.Peek(5)
		if err != nil {
			return err
		}
		if head[0] == 'E' || head[0] == 'Q' {
			c.statements.Add(1)
		}
		if _, err := io.CopyN(to, from, 1+int64(binary.BigEndian.Uint32(head[1:]))); err != nil {
			return err
		}
	}
}
