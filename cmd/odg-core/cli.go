package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/alecthomas/kong"
	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/internal/cli"
	"github.com/opendeliverygear/odg/internal/cluster"
)

// flags is the command line. Flags and variables that existing deployments set have
// the same names here.
type flags struct {
	Productive bool `help:"Listen on all addresses; else on 127.0.0.1 only. There is no login yet: whoever reaches the port may read and write."`
	Port       int  `default:"5000" help:"Port of the API; 0 takes a free one."`

	MetricsPort  int  `default:"5001" env:"ODG_METRICS_PORT" help:"Port of /metrics; 0 takes a free one, -1 serves none."`
	ServeMetrics bool `env:"ODG_SERVE_METRICS" help:"Serve /metrics on the port of the API as well, as earlier versions did."`

	files    `embed:"" group:"Configuration files (followed: a change is taken over while serving)"`
	database `embed:"" group:"Database"`

	OCMRepository []string      `name:"ocm-repository" env:"ODG_OCM_REPOSITORIES" placeholder:"ARCHIVE" help:"CTF archives with component descriptors, searched in this order, before the repositories of the mappings."`
	Cluster       cluster.Flags `embed:"" group:"Cluster of the extensions (off unless --k8s-namespace names theirs)"`
	registries    `embed:"" group:"OCM repositories in registries (those of --ocm-repo-mappings)"`

	BaseURL    string   `env:"ODG_BASE_URL" placeholder:"URL" help:"Where browsers reach this server; pages of the same site may call it."`
	CORSOrigin []string `name:"cors-origin" env:"ODG_CORS_ORIGINS" placeholder:"ORIGIN" help:"Further origins whose pages may call it, such as https://ui.example.org."`

	ShortcutAuth bool `env:"ODG_SHORTCUT_AUTH" help:"Serve without login although the secrets configure one. This version has no login, and refuses to open such an installation to everyone unless told so."`

	LocalUser  string `env:"ODG_LOCAL_USER" placeholder:"NAME" help:"Author of all rescorings that are posted, as long as there is no login: whoever reaches the port decides under this name. Without it nobody may rescore."`
	PeerScopes bool   `env:"ODG_PEER_SCOPES" help:"Let rescorings of whole components, and global ones, apply to nothing, as in existing installations."`

	MaxBodyBytes    int64         `default:"268435456" env:"ODG_MAX_BODY_BYTES" help:"Limit of request bodies after decompression, in bytes."`
	MaxBlobBytes    int64         `default:"1073741824" env:"ODG_MAX_BLOB_BYTES" help:"Limit of blobs that are uploaded, in bytes."`
	ShutdownTimeout time.Duration `default:"25s" env:"ODG_SHUTDOWN_TIMEOUT" help:"How long requests may go on after SIGTERM."`
	LogLevel        string        `enum:"debug,info,warn,error" default:"info" env:"ODG_LOG_LEVEL" help:"Log from this level on: debug, info, warn, error."`

	without `embed:"" group:"Accepted for existing deployments, without effect in this version"`

	Version kong.VersionFlag `help:"Print the version and exit."`
}

// without are flags that existing deployments may set and nothing here depends on.
type without struct {
	MaxWorkers int    `placeholder:"N" help:"Requests need no threads here; --max-connections bounds the work on the database."`
	CacheDir   string `placeholder:"DIR" help:"Nothing is cached on disk."`
}

// tell says once which of them are set.
func (w without) tell(log zerolog.Logger) {
	for _, flag := range []struct {
		name string
		set  bool
	}{
		{"--max-workers", w.MaxWorkers != 0}, {"--cache-dir", w.CacheDir != ""},
	} {
		if flag.set {
			log.Info().Str("flag", flag.name).Msg("flag has no effect in this version")
		}
	}
}

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// errUsage is wrapped by what another try will not cure.
var errUsage = errors.New("wrong usage or configuration")

func usage(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", errUsage, err)
}

// run parses args, serves until ctx ends, and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (code int) {
	defer cli.Catch(&code)
	var c flags
	parser, err := kong.New(&c,
		kong.Name("odg-core"),
		kong.Description("ODG Core: compliance metadata of software deliveries, over HTTP."),
		kong.Writers(stdout, stderr),
		kong.Vars{"version": cli.ReadBuild().Line("odg-core")},
		cli.Exit(),
	)
	if err != nil {
		panic("command line: " + err.Error()) // the tags of flags are wrong
	}
	if _, err := parser.Parse(args); err != nil {
		_, _ = fmt.Fprintf(stderr, "odg-core: %v\nRun \"odg-core --help\" for the flags.\n", err)
		return exitUsage
	}
	level, err := zerolog.ParseLevel(c.LogLevel)
	if err != nil {
		level = zerolog.InfoLevel // kong has checked the words
	}
	log := zerolog.New(stderr).Level(level).With().Timestamp().Logger()
	err = c.serve(ctx, log)
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		log.Info().Msg("server stopped before it had started")
		return exitOK
	case errors.Is(err, errUsage):
		log.Error().Err(err).Msg("server not started")
		return exitUsage
	}
	log.Error().Err(err).Msg("server failed")
	return exitFailed
}
