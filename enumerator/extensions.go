package enumerator

import (
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/findingcfg"
)

// Extensions returns the extensions that ext activates, in the order in which they
// are triggered, each restricted to the artefacts for which findings asks for its
// findings.
func Extensions(ext *extcfg.Config, findings *findingcfg.Config) []Extension {
	var list []Extension
	for _, active := range ext.Active() {
		e := Extension{
			Service: active.Service, Interval: active.Interval, Kinds: active.Kinds, CountsScans: active.CountsScans,
		}
		if len(active.FindingTypes) > 0 {
			e.Applies = anyMatches(findingsOf(active, findings))
		}
		list = append(list, e)
	}
	return list
}

func findingsOf(active extcfg.Extension, findings *findingcfg.Config) []*findingcfg.Finding {
	var configured []*findingcfg.Finding
	for _, t := range active.FindingTypes {
		if finding, ok := findings.For(t); ok {
			configured = append(configured, finding)
		}
	}
	return configured
}

func anyMatches(findings []*findingcfg.Finding) func(artefact.ID) bool {
	return func(id artefact.ID) bool {
		for _, finding := range findings {
			if finding.Matches(id) {
				return true
			}
		}
		return false
	}
}
