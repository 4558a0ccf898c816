package httpapi

import (
	"net/http"
	"slices"

	"github.com/opendeliverygear/odg/corecfg"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/findingcfg"
)

// feature is what GET /features tells of something that an installation may have.
type feature struct {
	State string `json:"state"`
	Name  string `json:"name"`
}

func available(name string, is bool) feature {
	if is {
		return feature{"available", name}
	}
	return feature{"unavailable", name}
}

// profiles answers the names of the profiles, at least one.
func (s *Server) profiles(w http.ResponseWriter, _ *http.Request) error {
	names := s.cfg.Profiles.Names()
	if len(names) == 0 {
		names = []string{"default"}
	}
	return writeJSON(w, map[string][]string{"profiles": names})
}

func (s *Server) features(w http.ResponseWriter, r *http.Request) error {
	profile := s.cfg.Profiles.For(r.URL.Query().Get("profile"))
	return writeJSON(w, map[string][]any{"features": s.allFeatures(profile)})
}

// allFeatures lists every feature, as the web UI looks for them by name. Those that
// this version cannot serve are unavailable, whatever is configured: tests, dora
// and upgrade-prs read GitHub, and the list of licenses does not come with it.
func (s *Server) allFeatures(profile *corecfg.Profile) []any {
	return []any{
		available("authentication", false),
		s.clusterAccess(),
		available("delivery-db", true),
		available("addressbook", s.cfg.AddressBook != nil),
		s.specialComponents(profile),
		available("sprints", s.cfg.Sprints != nil),
		struct {
			feature
			Components []corecfg.TestedComponent `json:"components_with_tests"`
		}{available("tests", false), []corecfg.TestedComponent{}},
		available("dora", false),
		available("upgrade-prs", false),
		struct {
			feature
			Extensions *extcfg.Config `json:"extensions_cfg"`
		}{available("extensions-configuration", s.cfg.Extensions != nil), s.cfg.Extensions},
		s.findingConfigurations(profile),
		s.repositoryConfigurations(),
		struct {
			feature
			Profiles corecfg.Profiles `json:"profiles"`
		}{available("profiles", len(s.cfg.Profiles) > 0), append(corecfg.Profiles{}, s.cfg.Profiles...)},
		struct {
			feature
			Licenses []string `json:"licenses"`
		}{available("licenses", false), []string{}},
	}
}

// clusterAccess says in which cluster the extensions run; null means that it is
// not known.
type clusterAccess struct {
	feature
	Namespace      *string `json:"namespace"`
	KubernetesCfg  *string `json:"kubernetes_cfg_name"`
	KubeconfigPath *string `json:"kubeconfig_path"`
}

func (s *Server) clusterAccess() clusterAccess {
	access := clusterAccess{feature: available(featureCluster, s.cfg.Backlog != nil)}
	if s.cfg.Namespace != "" {
		access.Namespace = &s.cfg.Namespace
	}
	return access
}

func (s *Server) findingConfigurations(profile *corecfg.Profile) any {
	shown := []findingcfg.Finding{}
	if s.cfg.Findings != nil {
		for _, f := range s.cfg.Findings.Findings {
			if profile.ShowsFinding(f.Type) {
				shown = append(shown, f)
			}
		}
	}
	return struct {
		feature
		Findings []findingcfg.Finding `json:"finding_cfgs"`
	}{available("finding-configurations", s.cfg.Findings != nil), shown}
}

func (s *Server) repositoryConfigurations() any {
	mappings := s.cfg.Mappings
	mapped := mappings != nil && slices.ContainsFunc(mappings.Entries, func(m corecfg.Mapping) bool { return m.OCI != nil })
	if !mapped {
		mappings = &corecfg.Mappings{} // not even <auto>
	}
	return struct {
		feature
		Mappings *corecfg.Mappings `json:"ocm_repository_cfgs"`
	}{available("ocm-repository-cfgs", mapped), mappings}
}
