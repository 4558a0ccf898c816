package osid

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/scan/image"
	"github.com/opendeliverygear/odg/scan/osid/eol"
)

// system is what one platform of an image runs.
type system struct {
	id metadata.OperatingSystemID
	Assessment
}

// assess returns the systems of all platforms, the worst first; of equal ones that
// of the lower version, then of the first platform.
func (s *Scanner) assess(roots []*image.Root, now time.Time) ([]system, error) {
	var systems []system
	for _, root := range roots {
		id, err := Identify(root)
		if err != nil {
			return nil, fmt.Errorf("platform %s/%s: %w", root.Platform.OS, root.Platform.Architecture, err)
		}
		cycles := Cycles(id, s.data)
		if s.cfg.ExtendedSupport {
			cycles = eol.Extended(cycles)
		}
		systems = append(systems, system{id, Assess(id, cycles, now)})
	}
	slices.SortStableFunc(systems, func(a, b system) int {
		return cmp.Or(CompareStatus(a.Status, b.Status), versionOrder(pointRelease(a.id), pointRelease(b.id)))
	})
	return systems, nil
}

func versionOrder(a, b string) int {
	switch compareVersion(a, b) {
	case older, unspecific:
		return -1
	case newer:
		return 1
	}
	return 0
}

// entries writes down systems, of which there is at least one.
func (s *Scanner) entries(id artefact.ID, systems []system, now time.Time) ([]metadata.Entry, error) {
	meta := metadata.Meta{
		Datasource: metadata.SourceOSID, Type: metadata.TypeOSID,
		CreationDate: metadata.TimestampOf(now), LastUpdate: metadata.TimestampOf(now),
	}
	data, err := metadata.NewPayload(meta.Type, systems[0].id)
	if err != nil {
		return nil, fmt.Errorf("write operating system id: %w", err)
	}
	entries := []metadata.Entry{{Artefact: id, Meta: meta, Data: data}}
	if !s.finding.Matches(id) {
		return entries, nil
	}
	meta.Type = metadata.TypeOSIDFinding
	var keys []string
	for _, sys := range systems {
		key := artefact.Text(sys.id.ID)
		category, rated := s.finding.Categorise(findingcfg.Text(sys.Status))
		if !rated || slices.Contains(keys, key) {
			continue
		}
		keys = append(keys, key)
		data, err := metadata.NewPayload(meta.Type, sys.finding(category.ID))
		if err != nil {
			return nil, fmt.Errorf("write finding: %w", err)
		}
		entries = append(entries, metadata.Entry{
			Artefact: id, Meta: meta, Data: data,
			DiscoveryDate: metadata.DateOf(now), AllowedProcessingTime: category.AllowedProcessingTime.Raw(),
		})
	}
	return entries, nil
}

func (s system) finding(severity string) metadata.OSIDFinding {
	f := metadata.OSIDFinding{Severity: severity, OSID: s.id, OSStatus: s.Status}
	if s.GreatestVersion != "" {
		f.GreatestVersion = &s.GreatestVersion
	}
	if day, err := s.EOL.Day.Time(); err == nil {
		f.EOLDate = metadata.TimestampOf(day)
	}
	return f
}
