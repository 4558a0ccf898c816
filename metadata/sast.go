package metadata

// What a [SASTFinding] says.
const (
	SASTNoLinter       = "no-linter"       // value of sast_status
	SASTLocalLinting   = "local-linting"   // value of sub_type
	SASTCentralLinting = "central-linting" // value of sub_type
)

// SASTFinding is a source without static analysis.
type SASTFinding struct {
	_          struct{} `key:"sast_status sub_type"`
	Severity   string   `json:"severity"`
	SASTStatus string   `json:"sast_status"`
	SubType    string   `json:"sub_type"`
}

// SASTRef names a [SASTFinding] in a rescoring.
type SASTRef struct {
	_          struct{} `key:"sast_status sub_type"`
	SASTStatus string   `json:"sast_status"`
	SubType    string   `json:"sub_type"`
}

// CodeQLNotEnabled is the codeql_status of a [CodeQLFinding].
const CodeQLNotEnabled = "not-enabled"

// CodeQLFinding is a source that CodeQL does not analyse.
type CodeQLFinding struct {
	_            struct{} `key:"codeql_status repo_url language"`
	Severity     string   `json:"severity"`
	CodeQLStatus string   `json:"codeql_status"`
	RepoURL      string   `json:"repo_url"`
	Language     string   `json:"language"`
}

// CodeQLRef names a [CodeQLFinding] in a rescoring.
type CodeQLRef struct {
	_            struct{} `key:"codeql_status repo_url language"`
	CodeQLStatus string   `json:"codeql_status"`
	RepoURL      string   `json:"repo_url"`
	Language     string   `json:"language"`
}
