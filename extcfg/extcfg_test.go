package extcfg_test

import (
	"os"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/extcfg"
)

func TestQuickstart(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cfg, warnings, err := extcfg.Load(os.DirFS("../examples/quickstart"), "extensions-cfg.yaml", extcfg.Options{Local: true})
	is.NoErr(err)
	is.Equal(len(warnings), 0)
	is.Equal(len(cfg.Active()), 1)
	is.Equal(cfg.Active()[0].Service, extcfg.ServiceOSID)
	is.Equal(cfg.Scaling("osid").MaxReplicas, 5)
}
