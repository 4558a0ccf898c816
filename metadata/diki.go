package metadata

// DikiFinding is a rule of a hardening guide that a cluster breaks.
type DikiFinding struct {
	_              struct{}    `key:"provider_id ruleset_id rule_id"`
	Severity       string      `json:"severity"`
	ProviderID     string      `json:"provider_id"`
	RulesetID      string      `json:"ruleset_id"`
	RulesetName    *string     `json:"ruleset_name"`
	RulesetVersion string      `json:"ruleset_version"`
	RuleID         string      `json:"rule_id"`
	RuleName       *string     `json:"rule_name"`
	Checks         []DikiCheck `json:"checks"`
}

// DikiCheck is a check that failed; its targets are an object or a list of them.
type DikiCheck struct {
	Message string `json:"message"`
	Targets Object `json:"targets" odg:"is=targets"`
}

// DikiRef names a [DikiFinding] in a rescoring.
type DikiRef struct {
	_          struct{} `key:"provider_id ruleset_id rule_id"`
	ProviderID string   `json:"provider_id"`
	RulesetID  string   `json:"ruleset_id"`
	RuleID     string   `json:"rule_id"`
}
