package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/postgres"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// database says where the database is.
type database struct {
	DeliveryDBURL  string  `name:"delivery-db-url" env:"DELIVERY_DB_URL" placeholder:"URL" help:"Database: sqlite:FILE, made if it does not exist, or postgresql://USER:PASSWORD@HOST:PORT/NAME. Without it, the secret delivery-db says who logs in at delivery-db.NAMESPACE.svc.cluster.local; without secrets it is sqlite:odg.db."`
	Secrets        secrets `name:"secret-factory-path" env:"SECRET_FACTORY_PATH" placeholder:"DIR" help:"Folder of secrets, one folder for each type."`
	K8sNamespace   string  `name:"k8s-namespace" env:"K8S_TARGET_NAMESPACE" placeholder:"NAME" help:"Namespace of the database's service, the backlog and the extensions."`
	MaxConnections int     `default:"16" env:"ODG_MAX_CONNECTIONS" help:"Connections to PostgreSQL at a time, at least 2; one or two more work in the background."`

	DescriptorCacheBytes int64 `name:"descriptor-cache-bytes" default:"268435456" env:"ODG_DESCRIPTOR_CACHE_BYTES" help:"Bytes of component descriptors of registries that the database keeps, so that they need not be fetched again; 0 keeps none."`
}

// opened is an open database.
type opened interface {
	Close() error
	// under returns the database as it is for a configuration.
	under(c configuration, o rescore.Options) store.Store
}

type sqliteDatabase struct{ *sqlite.Store }

func (d sqliteDatabase) under(c configuration, _ rescore.Options) store.Store {
	return d.WithTypes(c.types)
}

type postgresDatabase struct{ *postgres.Store }

func (d postgresDatabase) under(c configuration, o rescore.Options) store.Store {
	return d.WithTypes(c.types).WithRules(c.findings, o)
}

// open opens the database. Errors never show its password.
func (d database) open(ctx context.Context, log zerolog.Logger) (opened, error) {
	address, err := d.url()
	if err != nil {
		return nil, usage(err)
	}
	if file, ok := strings.CutPrefix(address, "sqlite:"); ok {
		log.Info().Str("file", file).Msg("database is SQLite")
		db, err := sqlite.Open(ctx, file, sqlite.Config{MaxDocumentBytes: d.DescriptorCacheBytes})
		if err != nil {
			return nil, err
		}
		return sqliteDatabase{db}, nil
	}
	log.Info().Str("url", withoutPassword(address)).Msg("database is PostgreSQL")
	db, err := postgres.Open(ctx, address, postgres.Config{
		MaxConns: d.MaxConnections, MaxDocumentBytes: d.DescriptorCacheBytes, Log: log,
	})
	switch {
	case errors.Is(err, postgres.ErrURL):
		return nil, usage(err)
	case err != nil:
		return nil, err
	}
	return postgresDatabase{db}, nil
}

// url returns the address of the database: sqlite:FILE or postgresql://….
func (d database) url() (string, error) {
	switch {
	case d.DeliveryDBURL != "":
		return checkURL(d.DeliveryDBURL)
	case d.Secrets == "":
		return "sqlite:odg.db", nil
	case d.K8sNamespace == "":
		return "", errors.New("where the database is follows from the namespace: name it with K8S_TARGET_NAMESPACE or --k8s-namespace, or the database with --delivery-db-url")
	}
	account, err := d.Secrets.account()
	if err != nil {
		return "", err
	}
	return account.url(d.K8sNamespace), nil
}

// checkURL accepts the addresses of this version, PostgreSQL's also as Python
// writes them: postgresql+psycopg://.
func checkURL(address string) (string, error) {
	scheme, rest, ok := strings.Cut(address, ":")
	dialect, _, _ := strings.Cut(scheme, "+")
	switch {
	case ok && scheme == "sqlite" && rest != "":
		if file, ok := strings.CutPrefix(rest, "///"); ok { // as Python writes it
			rest = file
		}
		return "sqlite:" + rest, nil
	case (dialect == "postgresql" || dialect == "postgres") && strings.HasPrefix(rest, "//"):
		return "postgresql:" + rest, nil
	}
	return "", errors.New("--delivery-db-url: want sqlite:FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME")
}

// withoutPassword is an address as it may be logged.
func withoutPassword(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "postgresql://…"
	}
	u.RawQuery = "" // may hold one, too
	return u.Redacted()
}

// refuseOpenDoor keeps an installation with a login from being opened to everyone
// by swapping its image for this one, which has none yet.
func (c flags) refuseOpenDoor(log zerolog.Logger) error {
	if c.Secrets == "" {
		return nil
	}
	login, err := c.Secrets.login()
	switch {
	case err != nil:
		return fmt.Errorf("read secrets: %w", err)
	case login && !c.ShortcutAuth:
		return errors.New("the secrets oauth-cfg and signing-cfg configure a login, which this version does not have: whoever reaches the port could read and write; --shortcut-auth accepts that")
	case login:
		log.Warn().Msg("serving without the login that the secrets configure, as --shortcut-auth asks for")
	}
	return nil
}
