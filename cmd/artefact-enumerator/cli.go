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
	"github.com/opendeliverygear/odg/internal/workload"
	"github.com/opendeliverygear/odg/kube"
)

// flags is the command line. Flags and variables that existing deployments set have
// the same names here.
type flags struct {
	Files workload.Files `embed:"" group:"Configuration files"`

	DeliveryServiceURL string `env:"ODG_DELIVERY_SERVICE_URL" placeholder:"URL" group:"Where to write" help:"ODG Core, in place of delivery_service_url of the section artefact_enumerator."`
	Database           string `env:"ODG_DATABASE" placeholder:"URL" group:"Where to write" help:"Work without a core, on the database itself: sqlite:FILE, which has a backlog of its own, or postgresql://USER:PASSWORD@HOST:PORT/NAME, whose backlog is that of the cluster."`
	NoCluster          bool   `env:"ODG_NO_CLUSTER" group:"Where to write" help:"Ask the core for runtime artefacts, and give it the items, instead of the cluster. For pipelines: it needs no access to the cluster."`

	Cluster      cluster.Flags `embed:"" group:"Cluster"`
	K8sNamespace string        `name:"k8s-namespace" env:"K8S_TARGET_NAMESPACE" default:"delivery" placeholder:"NAMESPACE" group:"Cluster" help:"Namespace of the backlog and of the runtime artefacts (default delivery)."`

	Registries workload.Registries `embed:"" group:"OCM repositories in registries"`

	Parallel int    `default:"8" help:"Component descriptors that are read at a time, 1 to 256."`
	DryRun   bool   `name:"dry-run" help:"Say what would be done, and write nothing."`
	Output   string `enum:"log,json" default:"log" short:"o" help:"What is told besides the log on standard error: log (nothing), or json (one document on standard output, as of odg enumerate)."`
	LogLevel string `enum:"debug,info,warn,error" default:"info" env:"ODG_LOG_LEVEL" help:"Log from this level on: debug, info, warn, error."`

	Hostname string `env:"HOSTNAME" default:"local" placeholder:"NAME" help:"Name of this pod, for the log (default local)."`

	CacheDir string           `placeholder:"DIR" hidden:"" help:"Accepted for existing deployments: nothing is cached on disk."`
	Version  kong.VersionFlag `help:"Print the version and exit."`
}

// service is the id of the enumerator among the extensions, for its log.
const service = "artefactEnumerator"

// Exit codes, as those of odg run.
const (
	exitOK     = 0
	exitUsage  = 2
	exitUnable = 3
)

// errProblems says that some of it could not be done, of which the log has told.
var errProblems = errors.New("something could not be done")

// run parses args, enumerates once, and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (code int) {
	defer cli.Catch(&code)
	var c flags
	parser, err := kong.New(&c,
		kong.Name("artefact-enumerator"),
		kong.Description("Finds the artefacts of deliveries, once, and queues what is due for the extensions of ODG.\n\n"+
			"Exit codes: 0 done, 2 wrong usage or configuration, 3 something could not be done. What could be done is; the next run does the rest."),
		kong.Writers(stdout, stderr),
		kong.Vars{"version": cli.ReadBuild().Line("artefact-enumerator")},
		cli.Exit(),
	)
	if err != nil {
		panic("command line: " + err.Error()) // the tags of flags are wrong
	}
	if _, err := parser.Parse(args); err != nil {
		_, _ = fmt.Fprintf(stderr, "artefact-enumerator: %v\nRun \"artefact-enumerator --help\" for the flags.\n", err)
		return exitUsage
	}
	log := workload.NewLog(stderr, c.LogLevel)
	keeper := kube.NewLogKeeper(kube.LogKeeperConfig{Service: service, Pod: c.Hostname})
	client, err := c.enumerate(ctx, stdout, workload.NewLog(io.MultiWriter(stderr, keeper), c.LogLevel))
	code = c.tell(ctx, err, workload.NewLog(io.MultiWriter(stderr, keeper), c.LogLevel))
	if client != nil && !c.DryRun {
		flush(ctx, keeper, client, log)
	}
	return code
}

// tell logs how the enumeration ended, and returns the exit code.
func (c flags) tell(ctx context.Context, err error, log zerolog.Logger) (code int) {
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errProblems):
		return exitUnable
	case errors.Is(err, workload.ErrUsage):
		log.Error().Err(err).Msg("enumeration not started")
		return exitUsage
	case ctx.Err() != nil:
		log.Warn().Msg("enumeration stopped; the next one does the rest")
		return exitUnable
	default:
		log.Error().Err(err).Msg("enumeration ended early; what it did is kept, the next one does the rest")
		return exitUnable
	}
}

// flushTimeout bounds storing the log.
const flushTimeout = 10 * time.Second

// flush stores the log where the web UI shows it. The enumeration does not depend on it.
func flush(ctx context.Context, keeper *kube.LogKeeper, client *kube.Client, log zerolog.Logger) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTimeout)
	defer cancel()
	if err := keeper.Flush(ctx, client); err != nil {
		log.Warn().Err(err).Msg("log lines not stored")
	}
}
