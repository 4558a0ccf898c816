package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/scan/osid/eol"
)

// readDistroInfo reads a table of distro-info-data: version, codename, series,
// created, release, eol, and the ends of what support follows. Rows may be short.
func readDistroInfo(name string, known map[string]latest) ([]eol.Cycle, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%w (is the package distro-info-data installed?)", err)
	}
	defer f.Close()
	table := csv.NewReader(f)
	table.FieldsPerRecord = -1
	rows, err := table.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("read %s: no header", name)
	}
	var cycles []eol.Cycle
	for _, row := range rows[1:] {
		if cycle := cycleOf(fields(rows[0], row)); cycle.Name != "" {
			cycle.Latest, cycle.LatestReleaseDate = known[cycle.Name].Name, known[cycle.Name].Date
			cycles = append(cycles, cycle)
		}
	}
	slices.Reverse(cycles)
	return cycles, nil
}

func fields(header, row []string) map[string]string {
	m := map[string]string{}
	for i, value := range row {
		if i < len(header) {
			m[header[i]] = value
		}
	}
	return m
}

func cycleOf(row map[string]string) eol.Cycle {
	name := strings.TrimSuffix(row["version"], " LTS")
	if len(name) == 3 && name >= "4.0" {
		name = strings.TrimSuffix(name, ".0") // Debian 4.0 to 6.0; os-release says 6
	}
	return eol.Cycle{
		Name: name, Codename: row["codename"],
		ReleaseDate:     metadata.Date(row["release"]),
		EOL:             eol.End{Day: metadata.Date(row["eol"])},
		ExtendedSupport: eol.End{Day: metadata.Date(row["eol-lts"] + row["eol-esm"])},
	}
}
