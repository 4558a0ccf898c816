package worker

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/store"
)

// Defaults of a [Config].
const (
	DefaultLease       = time.Minute
	DefaultPoll        = 5 * time.Second
	DefaultScanTimeout = time.Hour
	DefaultHolder      = "local"
)

// Config configures a [Worker]. Service and Datasource are needed, all else has a
// default.
type Config struct {
	Service    string              // service id, such as "osid": whose items are taken
	Datasource metadata.Datasource // of everything that the scanner finds
	// Types are those of the entries that the scanner makes. Earlier entries of these
	// types are removed when they are no longer found.
	Types []metadata.Type
	// NoScanInfo leaves out the scan info: the extension does not look into artefacts.
	NoScanInfo bool
	// Findings judges licences that come in by a correction (see package writeback); nil
	// judges none.
	Findings *findingcfg.Config
	// Scopes say which corrections cover an artefact.
	Scopes rescore.Options
	// OnUnsupported says what becomes of an item whose artefact the scanner does not
	// support: it is parked (fail), or finished, with a warning in the log (default)
	// or without.
	OnUnsupported extcfg.Unsupported

	Parallel    int                 // items worked on at once; default 1
	Lease       time.Duration       // of a claim, renewed every third of it; default DefaultLease
	Poll        time.Duration       // longest wait before looking for work again; default DefaultPoll
	ScanTimeout time.Duration       // of one scan; default DefaultScanTimeout, negative means none
	Retry       backlog.RetryPolicy // zero fields mean those of backlog.DefaultRetryPolicy
	Holder      string              // who claims, for people to read; default DefaultHolder

	// Fatal tells the errors after which going on is pointless: the item is given
	// back, and the run ends with the error. By default, that the disk is full.
	Fatal func(error) bool

	Now      func() time.Time // clock, which must advance and be that of the queue; default time.Now
	Rand     func() float64   // random numbers in [0, 1) for back-off; default math/rand/v2
	Log      zerolog.Logger   // the zero Logger is silent
	Observer Observer
}

// Validate reports all faults of c.
func (c Config) Validate() error {
	faults := []error{backlog.ValidateService(c.Service)}
	if c.OnUnsupported != "" {
		faults = append(faults, c.OnUnsupported.Validate())
	}
	if c.Datasource == "" {
		faults = append(faults, errors.New("worker has no datasource"))
	}
	if c.Parallel < 0 {
		faults = append(faults, fmt.Errorf("parallel is %d, want at least 1", c.Parallel))
	}
	if c.Lease < 0 || c.Poll < 0 {
		faults = append(faults, errors.New("lease and poll of a worker must not be negative"))
	}
	return errors.Join(faults...)
}

func (c Config) withDefaults() Config {
	c.Parallel = orDefault(c.Parallel, 1)
	c.Lease = orDefault(c.Lease, DefaultLease)
	c.Poll = orDefault(c.Poll, DefaultPoll)
	c.ScanTimeout = orDefault(c.ScanTimeout, DefaultScanTimeout)
	c.Holder = orDefault(c.Holder, DefaultHolder)
	c.OnUnsupported = orDefault(c.OnUnsupported, extcfg.UnsupportedWarning)
	if c.Fatal == nil {
		c.Fatal = func(err error) bool { return errors.Is(err, store.ErrFull) }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Rand == nil {
		c.Rand = rand.Float64
	}
	return c
}

func orDefault[T comparable](v, byDefault T) T {
	var zero T
	if v == zero {
		return byDefault
	}
	return v
}
