package extcfg

import (
	"fmt"
	"regexp"

	"github.com/opendeliverygear/odg/internal/strictyaml"
)

// checks are about values that have the right type, but no sense.
func (r *reader) checks(root *strictyaml.Node, cfg *Config) {
	if b := root.Get("backlog_controller"); b != nil {
		r.atLeast(b, "max_replicas", cfg.BacklogController.MaxReplicas, 0)
		r.atLeast(b, "backlog_items_per_replica", cfg.BacklogController.ItemsPerReplica, 1)
	}
	if n := root.Get("scaling"); n != nil {
		r.checkScaling(n, cfg.ScalingRules)
	}
	if e := root.Get("artefact_enumerator"); e != nil {
		r.atLeast(e, "compliance_snapshot_grace_period", cfg.ArtefactEnumerator.GracePeriodSeconds, 0)
		for i, c := range cfg.ArtefactEnumerator.Components {
			r.atLeast(e.Get("components").Items[i], "max_versions_limit", c.MaxVersions, 1)
		}
	}
	if n := root.Get("responsibles"); n != nil {
		r.checkResponsibles(n, cfg.Responsibles)
	}
	if n := root.Get("custom_extensions"); n != nil {
		r.checkCustom(n, cfg.CustomExtensions)
	}
}

func (r *reader) atLeast(n *strictyaml.Node, key string, value, least int) {
	if value < least {
		r.d.Fault(n.Get(key), fmt.Sprintf("%d is too small", value), fmt.Sprintf("write %d or more", least))
	}
}

// checkResponsibles asks for the name that the type of a responsible needs.
func (r *reader) checkResponsibles(n *strictyaml.Node, cfg *Responsibles) {
	for i, rule := range cfg.Rules {
		for j, strategy := range rule.Strategies {
			at := n.Get("rules").Items[i].Get("strategies").Items[j]
			if strategy.Type == "static-responsibles" && strategy.Responsibles == nil {
				r.d.Missing(at, "responsibles")
			}
			for k, responsible := range strategy.Responsibles {
				item := at.Get("responsibles").Items[k]
				switch {
				case responsible.Type == "githubUser" && responsible.Username == "":
					r.d.Missing(item, "username")
				case responsible.Type == "githubTeam" && responsible.Teamname == "":
					r.d.Missing(item, "teamname")
				}
			}
		}
	}
}

// serviceName is what labels and names in Kubernetes allow.
var serviceName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)

func (r *reader) checkCustom(n *strictyaml.Node, custom []CustomExtension) {
	taken := map[string]bool{}
	for _, service := range services {
		taken[service] = true
	}
	for i, c := range custom {
		item := n.Items[i]
		switch {
		case !serviceName.MatchString(c.Service):
			r.d.Fault(item.Get("service"), fmt.Sprintf("%q is no service id", c.Service), "use up to 63 letters, digits and dashes")
		case taken[c.Service]:
			r.d.Fault(item.Get("service"), fmt.Sprintf("service %q is taken", c.Service), "choose another id, or configure the extension in its own section")
		}
		taken[c.Service] = true
		if c.MaxReplicas != nil {
			r.atLeast(item, "max_replicas", *c.MaxReplicas, 0)
		}
	}
}

func (r *reader) checkScaling(n *strictyaml.Node, cfg ScalingRules) {
	taken := map[string]bool{}
	for i, own := range cfg.Extensions {
		item := n.Get("extensions").Items[i]
		if !serviceName.MatchString(own.Service) {
			r.d.Fault(item.Get("service"), fmt.Sprintf("%q is no service id", own.Service), "use up to 63 letters, digits and dashes")
		}
		if taken[own.Service] {
			r.d.Fault(item.Get("service"), fmt.Sprintf("service %q has rules already", own.Service), "write one entry for each extension")
		}
		taken[own.Service] = true
		r.atLeast(item, "min_replicas", own.MinReplicas, 0)
		if own.MaxReplicas != nil {
			r.atLeast(item, "max_replicas", *own.MaxReplicas, max(own.MinReplicas, 0))
		}
		if own.ItemsPerReplica != nil {
			r.atLeast(item, "backlog_items_per_replica", *own.ItemsPerReplica, 1)
		}
	}
}
