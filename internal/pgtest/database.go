//go:build unix

package pgtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// patience is for one statement on a busy machine.
const patience = time.Minute

// newDatabase makes an empty database and returns its name.
func newDatabase(t testing.TB, admin string) string {
	t.Helper()
	name, err := createDatabase(admin)
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// createDatabase copies template0, which nobody can be connected to: a template
// with a connection cannot be copied.
func createDatabase(admin string) (string, error) {
	name := "odg_test_" + strings.ToLower(rand.Text())
	if err := execute(admin, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		return "", fmt.Errorf("create a database for the test: %w", err)
	}
	return name, nil
}

func dropDatabase(t testing.TB, admin, name string) {
	t.Helper()
	if err := execute(admin, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
		t.Errorf("drop the database of the test: %v", err)
	}
}

// execute runs one statement on a connection of its own. It does not take the
// context of a test, which ends before its cleanup.
func execute(admin, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }() // the statement's error is the one that counts
	_, err = conn.Exec(ctx, statement)
	return err
}

// inDatabase returns admin with another database.
func inDatabase(t testing.TB, admin, name string) string {
	t.Helper()
	u, err := url.Parse(admin)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}
