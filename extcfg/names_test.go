package extcfg_test

import (
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/extcfg"
)

func TestNames(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	on := extcfg.Common{Enabled: true}
	cfg := extcfg.Config{
		BacklogController: extcfg.BacklogController{Common: on},
		IssueReplicator:   &extcfg.IssueReplicator{},
		OSID:              &extcfg.OSID{},
		BDBA:              &extcfg.BDBA{},
		ODGOperator:       &extcfg.ODGOperator{Common: on},
		CustomExtensions:  []extcfg.CustomExtension{{Service: "my-scanner", Enabled: true}, {Service: "rests"}},
	}
	cfg.IssueReplicator.Enabled, cfg.OSID.Enabled = true, true
	is.Equal(cfg.Names(), []string{"issueReplicator", "odgOperator", "osid", "backlogController", "my-scanner"})
	is.Equal((&extcfg.Config{}).Names(), []string(nil))
}
