package metadata

// Matching rules of a [CustomRescoring] that are no rules of a ruleset.
const (
	RuleBDBATriage       = "bdba-triage"
	RuleCustomRescoring  = "custom-rescoring"
	RuleFindingUpdate    = "finding-update"
	RuleOriginalSeverity = "original-severity"
)

// CustomRescoring is a decision of a person, or of a rule, about a finding.
type CustomRescoring struct {
	_ struct{} `key:"referenced_type severity user comment finding allowed_processing_time due_date"`
	// Finding names the finding: a [VulnerabilityRef], [LicenseRef],
	// [MalwareDetails], [SASTRef], [CryptoRef], [DikiRef], [OSIDRef], [GroupRef],
	// [SecretRef], [IPRef] or [CodeQLRef], or the key fields of a declared type.
	Finding        Object `json:"finding" odg:"is=rescored"`
	ReferencedType Type   `json:"referenced_type"`
	Severity       string `json:"severity"` // id of the new category
	// User is a [BDBAUser], [GitHubUser] or [User].
	User          Object   `json:"user" odg:"is=user"`
	MatchingRules []string `json:"matching_rules" odg:"default=[]"`
	Comment       *string  `json:"comment"`
	// AllowedProcessingTime and DueDate override those of the category.
	AllowedProcessingTime *string `json:"allowed_processing_time"`
	DueDate               Date    `json:"due_date" odg:"null"`
	// ValidUntil is when the decision ends. Existing installations do not know it, so
	// it is left out where it is not given, and it is no part of the key: who gives the
	// same decision another end changes the one that there is.
	ValidUntil Expiry `json:"valid_until,omitempty" odg:"null"`
}

// User is who made a rescoring.
type User struct {
	_        struct{} `key:"username type"`
	Username string   `json:"username"`
	Type     string   `json:"type" odg:"default=\"user\""`
}

// GitHubUser is a user of GitHub who made a rescoring.
type GitHubUser struct {
	_              struct{} `key:"username type"`
	Username       string   `json:"username"`
	Type           string   `json:"type" odg:"default=\"github-user\""`
	GitHubHostname string   `json:"github_hostname"`
}

// BDBAUser is a user of BDBA who made a rescoring there.
type BDBAUser struct {
	_         struct{} `key:"username type"`
	Username  string   `json:"username"`
	Type      string   `json:"type" odg:"default=\"bdba-user\""`
	Email     string   `json:"email"`
	FirstName string   `json:"firstname"`
	LastName  string   `json:"lastname"`
}
