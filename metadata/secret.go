package metadata

// GitHubSecretFinding is a secret that GitHub found in a repository.
type GitHubSecretFinding struct {
	_                     struct{}         `key:"html_url"`
	Severity              string           `json:"severity"`
	HTMLURL               string           `json:"html_url"`
	Secret                string           `json:"secret"`
	SecretType            string           `json:"secret_type"`
	SecretTypeDisplayName string           `json:"secret_type_display_name"`
	Resolution            *string          `json:"resolution"`
	URL                   string           `json:"url"`
	Locations             []SecretLocation `json:"locations" odg:"null"`

	// What older scanners write in place of locations.
	Path         *string  `json:"path"`
	Line         *Integer `json:"line"`
	LocationType *string  `json:"location_type"`
}

// SecretLocation is where a secret was found. Its type is one of GitHub's:
// commit, issue_title, pull_request_body, …, or unknown.
type SecretLocation struct {
	LocationType string   `json:"location_type"`
	URL          *string  `json:"url"`
	Path         *string  `json:"path"`
	Line         *Integer `json:"line"`
}

// SecretRef names a [GitHubSecretFinding] in a rescoring.
type SecretRef struct {
	_          struct{} `key:"html_url"`
	HTMLURL    string   `json:"html_url"`
	Resolution string   `json:"resolution"`
}

// InventoryFinding is a resource of an account at a cloud provider.
type InventoryFinding struct {
	_            struct{} `key:"provider_name resource_kind resource_name"`
	Severity     string   `json:"severity"`
	ProviderName string   `json:"provider_name"`
	ResourceKind string   `json:"resource_kind"`
	ResourceName string   `json:"resource_name"`
	Summary      string   `json:"summary"`
	Attributes   Object   `json:"attributes"`
}
