package client_test

import (
	"context"
	"testing"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/client"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/internal/odgtest"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/vex"
	"github.com/opendeliverygear/odg/vex/exchange"
)

// remote is a client as the suite asks for it.
type remote struct{ *client.Client }

func (r remote) Compliance(ctx context.Context, id component.ID) ([]odg.ComponentStanding, error) {
	return r.Components(client.Lookup{}).Compliance(ctx, id, -1)
}

func (r remote) ImportVEX(ctx context.Context, document string, o exchange.Import) (map[string]vex.Result, error) {
	imported, err := r.Client.ImportVEX(ctx, []byte(document), o)
	return odgtest.Results(imported.Outcomes), err
}

func (r remote) ExportVEX(ctx context.Context, id component.ID) (vex.Document, error) {
	data, err := r.Client.ExportVEX(ctx, id, vex.OpenVEX, exchange.Export{})
	if err != nil {
		return vex.Document{}, err
	}
	return vex.Parse(data)
}

func TestDecisions(t *testing.T) {
	t.Parallel()
	odgtest.RunDecisions(t, func(t *testing.T, cfg odg.Config) odgtest.Decider {
		return remote{newClient(t, httpapi.New(odg.New(memory.New(), cfg), httpapi.Config{
			Findings: cfg.Findings, Components: odgtest.Delivery{}, LocalUser: "ada", Now: cfg.Now,
		}))}
	})
}
