package metadata

// KyvernoFinding is a policy that the objects of a cluster break. Its finding is
// a [KyvernoPolicySummary] or a [KyvernoPolicy], its subtype
// policy-report-summary or policy-report.
type KyvernoFinding struct {
	_        struct{} `key:"finding"`
	Severity string   `json:"severity"`
	Subtype  string   `json:"subtype"`
	Finding  Object   `json:"finding" odg:"is=kyverno"`
}

// KyvernoPolicySummary counts the results of all policies of a cluster.
type KyvernoPolicySummary struct {
	_         struct{}      `key:"group_hash"`
	Landscape string        `json:"landscape"`
	Project   string        `json:"project"`
	Cluster   string        `json:"cluster"`
	Date      Timestamp     `json:"date"`
	GroupHash string        `json:"group_hash"`
	Report    KyvernoReport `json:"report"`
}

// KyvernoReport counts results by namespace, and by namespace, policy and rule.
type KyvernoReport struct {
	NamespaceSummary map[string]KyvernoCounts                            `json:"namespace_summary"`
	PolicyResults    map[string]map[string]map[string]KyvernoRuleResults `json:"policy_results"`
}

// KyvernoCounts are the results of a namespace.
type KyvernoCounts struct {
	Error  Integer `json:"error" odg:"default=0"`
	Fail   Integer `json:"fail" odg:"default=0"`
	Passed Integer `json:"passed" odg:"default=0"`
	Warn   Integer `json:"warn" odg:"default=0"`
	Skip   Integer `json:"skip" odg:"default=0"`
}

// KyvernoRuleResults are the results of a rule in a namespace.
type KyvernoRuleResults struct {
	Fail       Integer            `json:"fail" odg:"default=0"`
	Pass       Integer            `json:"pass_" odg:"default=0"`
	Skip       Integer            `json:"skip" odg:"default=0"`
	Error      Integer            `json:"error" odg:"default=0"`
	Warn       Integer            `json:"warn" odg:"default=0"`
	Violations []KyvernoViolation `json:"violations" odg:"default=[]"`
}

// KyvernoViolation is an object that breaks a rule.
type KyvernoViolation struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Status string `json:"status"`
}

// KyvernoPolicy is the report of one policy, as Kyverno wrote it.
type KyvernoPolicy struct {
	_         struct{} `key:"group_hash"`
	Landscape string   `json:"landscape"`
	Project   string   `json:"project"`
	Cluster   string   `json:"cluster"`
	GroupHash string   `json:"group_hash"`
	Report    []Object `json:"report" odg:"is=list"`
}
