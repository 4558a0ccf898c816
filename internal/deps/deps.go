// Package deps pins modules that are about to be used.
package deps

import (
	_ "github.com/danielgtaylor/huma/v2"
	_ "github.com/fsnotify/fsnotify"
	_ "github.com/google/go-containerregistry/pkg/registry"
	_ "github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/robfig/cron/v3"
	_ "golang.org/x/net/publicsuffix"
	_ "golang.org/x/time/rate"
	_ "oras.land/oras-go/v2/registry/remote"
)
