package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/opendeliverygear/odg/internal/cli"
	"github.com/opendeliverygear/odg/internal/cluster"
	"github.com/opendeliverygear/odg/internal/workload"
	"github.com/opendeliverygear/odg/kube"
)

// flags is the command line. Flags and variables that existing deployments set have
// the same names here.
type flags struct {
	Extension string `arg:"" help:"Which extension this is: ${extensions}."`

	Files              workload.Files `embed:"" group:"Configuration files (followed: a change is taken over while working)"`
	ReloadInterval     time.Duration  `default:"10s" env:"ODG_RELOAD_INTERVAL" group:"Configuration files (followed: a change is taken over while working)" help:"How often the files are looked at; SIGHUP looks at once."`
	DeliveryServiceURL string         `env:"ODG_DELIVERY_SERVICE_URL" placeholder:"URL" help:"ODG Core, in place of delivery_service_url of the extension's section."`

	Cluster      cluster.Flags `embed:"" group:"Cluster"`
	K8sNamespace string        `name:"k8s-namespace" env:"K8S_TARGET_NAMESPACE" default:"delivery" placeholder:"NAMESPACE" group:"Cluster" help:"Namespace of the backlog (default delivery)."`
	Hostname     string        `env:"HOSTNAME" default:"local" placeholder:"NAME" group:"Cluster" help:"Name of this pod, under which it claims items (default local)."`

	Registries workload.Registries `embed:"" group:"OCM repositories in registries"`
	EOLData    string              `name:"eol-data" env:"ODG_EOL_DATA" placeholder:"FILE|URL" help:"osid: newer end-of-life data than the embedded, in the format of the public end-of-life API."`

	Parallel   int           `default:"1" env:"ODG_PARALLEL" help:"Items that are worked on at a time, 1 to 256."`
	Lease      time.Duration `default:"1m" env:"ODG_LEASE" help:"After which time the item of a worker that is silent is another's. It is renewed every third of it; at least 3s."`
	UntilEmpty bool          `help:"End when nothing waits any more, instead of waiting for work."`

	Address         string        `default:":8080" env:"ODG_ADDRESS" placeholder:"HOST:PORT" help:"Where /healthz, /readyz and /metrics are served (default :8080, all addresses)."`
	ShutdownTimeout time.Duration `default:"280s" env:"ODG_SHUTDOWN_TIMEOUT" help:"How long the item at hand may take after SIGTERM; then it is given back. Keep it below the pod's grace period."`
	LogLevel        string        `enum:"debug,info,warn,error" default:"info" env:"ODG_LOG_LEVEL" help:"Log from this level on: debug, info, warn, error."`

	LogInterval time.Duration `default:"2m" env:"ODG_LOG_INTERVAL" help:"How often the log is also stored in the cluster, where the web UI shows it."`

	CacheDir string           `placeholder:"DIR" hidden:"" help:"Accepted for existing deployments: nothing is cached on disk."`
	Version  kong.VersionFlag `help:"Print the version and exit."`
}

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// Limits of flags.
const (
	maxParallel = 256
	minLease    = 3 * time.Second
)

// check returns what is wrong with the flags.
func (c flags) check() error {
	var faults []error
	if _, ok := extensions[c.Extension]; !ok {
		faults = append(faults, fmt.Errorf("there is no extension %q here; there is: %s", c.Extension, names()))
	}
	if c.Parallel < 1 || c.Parallel > maxParallel {
		faults = append(faults, fmt.Errorf("--parallel=%d is out of range; write a number from 1 to %d", c.Parallel, maxParallel))
	}
	if c.Lease < minLease {
		faults = append(faults, fmt.Errorf("--lease=%s is too short; write %s or longer", c.Lease, minLease))
	}
	return errors.Join(faults...)
}

// names lists the extensions of this program.
func names() string { return strings.Join(slices.Sorted(maps.Keys(extensions)), ", ") }

// run parses args, works until a signal or the end of ctx, and returns the exit code.
func run(ctx context.Context, args []string, signals <-chan os.Signal, stdout, stderr io.Writer) (code int) {
	defer cli.Catch(&code)
	var c flags
	parser, err := kong.New(&c,
		kong.Name("odg-extension"),
		kong.Description("Works on the backlog of an extension of ODG in a cluster: takes items, scans their artefacts, and stores what it finds."),
		kong.Writers(stdout, stderr),
		kong.Vars{"version": cli.ReadBuild().Line("odg-extension"), "extensions": names()},
		cli.Exit(),
	)
	if err != nil {
		panic("command line: " + err.Error()) // the tags of flags are wrong
	}
	if _, err = parser.Parse(args); err == nil {
		err = c.check()
	}
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "odg-extension: %v\nRun \"odg-extension --help\" for the flags.\n", err)
		return exitUsage
	}
	log := workload.NewLog(stderr, c.LogLevel)
	keeper := kube.NewLogKeeper(kube.LogKeeperConfig{Service: c.Extension, Pod: c.Hostname, Interval: c.LogInterval, Log: log})
	log = workload.NewLog(io.MultiWriter(stderr, keeper), c.LogLevel)
	switch err := c.work(ctx, signals, keeper, log); {
	case err == nil:
		log.Info().Msg("worker stopped")
		return exitOK
	case errors.Is(err, workload.ErrUsage):
		log.Error().Err(err).Msg("worker not started")
		return exitUsage
	default:
		log.Error().Err(err).Msg("worker failed")
		return exitFailed
	}
}
