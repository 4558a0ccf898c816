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
	Cluster      cluster.Flags `embed:"" group:"Cluster"`
	K8sNamespace string        `group:"Cluster" name:"k8s-namespace" env:"K8S_TARGET_NAMESPACE" default:"delivery" placeholder:"NAMESPACE" help:"Namespace of the backlog and of the extensions (default delivery)."`
	Secrets      string        `group:"Cluster" name:"secret-factory-path" env:"SECRET_FACTORY_PATH" placeholder:"DIR" help:"Folder of secrets, one folder for each type; those of kubernetes name clusters."`

	ExtensionsCfg  string        `name:"extensions-cfg-path" aliases:"extensions-cfg" env:"EXTENSIONS_CFG_PATH" placeholder:"FILE" help:"Extensions configuration, whose backlog_controller and scaling say how many workers there are. Without it the defaults of ODG hold."`
	ReloadInterval time.Duration `default:"10s" env:"ODG_RELOAD_INTERVAL" help:"How often the configuration is looked at; SIGHUP looks at once."`

	LeaderElect   bool          `default:"true" negatable:"" env:"ODG_LEADER_ELECT" help:"Work only if elected by the Lease backlog-controller, so that there may be several replicas."`
	LeaseDuration time.Duration `default:"15s" env:"ODG_LEASE_DURATION" help:"After which time a leader that is silent is replaced."`
	Hostname      string        `env:"HOSTNAME" default:"local" placeholder:"NAME" help:"Name of this pod, by which people recognise the leader (default local)."`

	Address         string        `default:":8080" env:"ODG_ADDRESS" placeholder:"HOST:PORT" help:"Where /healthz, /readyz and /metrics are served (default :8080, all addresses)."`
	ShutdownTimeout time.Duration `default:"10s" env:"ODG_SHUTDOWN_TIMEOUT" help:"How long requests may go on after SIGTERM."`
	LogLevel        string        `enum:"debug,info,warn,error" default:"info" env:"ODG_LOG_LEVEL" help:"Log from this level on: debug, info, warn, error."`

	Version kong.VersionFlag `help:"Print the version and exit."`
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

// run parses args, controls until ctx ends, and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (code int) {
	defer cli.Catch(&code)
	var c flags
	parser, err := kong.New(&c,
		kong.Name("backlog-controller"),
		kong.Description("Scales the extensions of ODG with their backlog, and takes back the claims of workers that are gone."),
		kong.Writers(stdout, stderr),
		kong.Vars{"version": cli.ReadBuild().Line("backlog-controller")},
		cli.Exit(),
	)
	if err != nil {
		panic("command line: " + err.Error()) // the tags of flags are wrong
	}
	if _, err := parser.Parse(args); err != nil {
		_, _ = fmt.Fprintf(stderr, "backlog-controller: %v\nRun \"backlog-controller --help\" for the flags.\n", err)
		return exitUsage
	}
	level, err := zerolog.ParseLevel(c.LogLevel)
	if err != nil {
		level = zerolog.InfoLevel // kong has checked the words
	}
	log := zerolog.New(stderr).Level(level).With().Timestamp().Logger()
	switch err := c.control(ctx, log); {
	case err == nil:
		log.Info().Msg("controller stopped")
		return exitOK
	case errors.Is(err, errUsage):
		log.Error().Err(err).Msg("controller not started")
		return exitUsage
	default:
		log.Error().Err(err).Msg("controller failed")
		return exitFailed
	}
}
