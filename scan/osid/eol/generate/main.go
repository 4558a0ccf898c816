// Command generate makes the embedded end-of-life data from Debian's package
// distro-info-data and the hand-kept facts.json. Run it with go generate in
// scan/osid/eol, on a machine that has the package.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/scan/osid/eol"
)

func main() {
	if err := run(os.Args[1:], os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// facts is what facts.json holds.
type facts struct {
	AsOf     metadata.Date                `json:"asOf"`
	Latest   map[string]map[string]latest `json:"latest"` // by product and cycle
	Products eol.Products                 `json:"products"`
}

type latest struct {
	Name string        `json:"latest"`
	Date metadata.Date `json:"date"`
}

func run(args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("generate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	info := flags.String("distro-info", "/usr/share/distro-info", "folder of debian.csv and ubuntu.csv")
	factsFile := flags.String("facts", "generate/facts.json", "hand-kept facts")
	out := flags.String("out", ".", "folder for data.json and asof.txt")
	if err := flags.Parse(args); err != nil {
		return err
	}
	known, err := readFacts(*factsFile)
	if err != nil {
		return err
	}
	for _, product := range []string{"debian", "ubuntu"} {
		cycles, err := readDistroInfo(filepath.Join(*info, product+".csv"), known.Latest[product])
		if err != nil {
			return err
		}
		known.Products[product] = cycles
	}
	return write(*out, known)
}

func readFacts(name string) (facts, error) {
	var f facts
	text, err := os.ReadFile(name)
	if err != nil {
		return f, err
	}
	if err := json.Unmarshal(text, &f); err != nil {
		return f, fmt.Errorf("read %s: %w", name, err)
	}
	return f, nil
}

// write puts each cycle on a line of its own, so that changes can be reviewed.
func write(dir string, f facts) error {
	text, err := json.MarshalIndent(f.Products, "", " ")
	if err != nil {
		return err
	}
	text = bytes.ReplaceAll(text, []byte("\n   "), nil)
	text = bytes.ReplaceAll(text, []byte("\n  }"), []byte("}"))
	if err := os.WriteFile(filepath.Join(dir, "data.json"), append(text, '\n'), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "asof.txt"), []byte(f.AsOf+"\n"), 0o644)
}
