package metadata

// ResponsibleInfo says for which type of findings the responsibles in the meta of
// its entry are responsible.
type ResponsibleInfo struct {
	_              struct{} `key:"referenced_type"`
	ReferencedType Type     `json:"referenced_type"`
}

// Responsible is a party in the responsibles of a [Meta]: one person or team, by
// every identifier that is known of it. Each of them is an [EmailAddress],
// [GitHubIdentifier], [MetaOrigin], [PersonalName] or [Identifier].
type Responsible struct {
	Identifiers []Object `json:"identifiers" odg:"is=identifiers"`
}

// Identifier is what all identifiers have: the source that they are from, and
// one of the types emailAddress, githubUser, metaOrigin and personalName.
type Identifier struct {
	Source string  `json:"source"`
	Type   *string `json:"type,omitempty" odg:"is=identifierType"`
}

// EmailAddress identifies a responsible by address.
type EmailAddress struct {
	Source string `json:"source"`
	Type   string `json:"type" odg:"is=identifierType,default=\"emailAddress\""`
	Email  string `json:"email"`
}

// GitHubIdentifier identifies a responsible by the account at a GitHub server.
type GitHubIdentifier struct {
	Source         string `json:"source"`
	Type           string `json:"type" odg:"is=identifierType,default=\"githubUser\""`
	Username       string `json:"username"`
	GitHubHostname string `json:"github_hostname"`
}

// MetaOrigin says where the other identifiers were found.
type MetaOrigin struct {
	Source     string `json:"source"`
	Type       string `json:"type" odg:"is=identifierType,default=\"metaOrigin\""`
	OriginType string `json:"origin_type"`
}

// PersonalName identifies a responsible by name.
type PersonalName struct {
	Source    string `json:"source"`
	Type      string `json:"type" odg:"is=identifierType,default=\"personalName\""`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
}
