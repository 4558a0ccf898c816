// Command vex shows what a VEX document of a supplier would decide about the findings
// of a scanner, and what is told to customers then.
//
//	go run ./examples/vex [DOCUMENT]
//
// DOCUMENT is OpenVEX or CycloneDX, in JSON; by default supplier.openvex.json beside
// this file. Findings and configuration are in the same folder. Nothing is kept: the
// store lives in memory. The exit code is 0, or 2 if the document is wrong.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/vex"
)

const folder = "examples/vex"

// now is fixed, so that the output is the same every day.
var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func main() {
	document := filepath.Join(folder, "supplier.openvex.json")
	if len(os.Args) > 1 {
		document = os.Args[1]
	}
	if err := run(context.Background(), folder, document, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "vex:", err)
		os.Exit(2)
	}
}

func run(ctx context.Context, folder, document string, stdout io.Writer) error {
	findings, err := configuration(filepath.Join(folder, "findings-cfg.yaml"))
	if err != nil {
		return err
	}
	core := odg.New(memory.New(), odg.Config{Findings: findings, Now: func() time.Time { return now }})
	if err := scan(ctx, core, filepath.Join(folder, "findings.json")); err != nil {
		return err
	}
	data, err := os.ReadFile(document)
	if err != nil {
		return err
	}
	doc, err := vex.Parse(data)
	if err != nil {
		return fmt.Errorf("%s: %w", document, err)
	}
	cfg, _ := findings.For(metadata.TypeVulnerability)
	plan, err := vex.Match([]vex.Document{doc}, vex.Input{Findings: stored(ctx, core, metadata.TypeVulnerability), Config: cfg, Now: now})
	if err != nil {
		return err
	}
	if err := core.Rescore(ctx, plan.Rescorings); err != nil {
		return err
	}
	show(stdout, plan)
	return tell(ctx, core, cfg, stdout)
}

func configuration(path string) (*findingcfg.Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	cfg, _, err := findingcfg.Parse(path, data, findingcfg.Options{})
	return cfg, err
}

// scan stores what a scanner has found.
func scan(ctx context.Context, core *odg.Core, path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var entries []json.RawMessage
	if err := json.Unmarshal(data, &entries); err != nil {
		return err
	}
	for _, raw := range entries {
		e, err := metadata.ParseEntry(raw)
		if err == nil {
			err = core.PutMetadata(ctx, []metadata.Entry{e})
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

// stored reads entries back; a store in memory does not fail.
func stored(ctx context.Context, core *odg.Core, t metadata.Type) []metadata.Entry {
	var entries []metadata.Entry
	for e := range core.QueryMetadata(ctx, store.Query{Types: []metadata.Type{t}}) {
		entries = append(entries, e)
	}
	return entries
}

func show(w io.Writer, plan vex.Plan) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "VULNERABILITY\tSTATUS\tRESULT\tPRODUCT")
	for _, o := range plan.Outcomes {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", o.Vulnerability, o.Status, o.Result, o.Product)
	}
	table.Flush()
}

// tell writes what is known now for customers, and what of it they read first.
func tell(ctx context.Context, core *odg.Core, cfg *findingcfg.Finding, stdout io.Writer) error {
	doc := vex.Export(vex.Holding{
		Component: "example.org/shop", Version: "2.0.0", Author: "Shop", Config: cfg, Now: now,
		Findings: stored(ctx, core, metadata.TypeVulnerability), Rescorings: stored(ctx, core, metadata.TypeRescoring),
	})
	for _, s := range doc.Statements {
		fmt.Fprintf(stdout, "%s: %s\n", s.Vulnerability, s.Status)
	}
	var file bytes.Buffer
	return vex.Encode(&file, doc, vex.CycloneDX) // the file for customers
}
