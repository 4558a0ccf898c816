package extcfg

// Config is an extensions configuration. Nil sections are not configured.
type Config struct {
	AccessManager        *AccessManager        `yaml:"access_manager,section"`
	ArtefactEnumerator   *ArtefactEnumerator   `yaml:"artefact_enumerator,section"`
	BacklogController    BacklogController     `yaml:"backlog_controller,section"`
	BDBA                 *BDBA                 `yaml:"bdba,section"`
	BlackDuck            *BlackDuck            `yaml:"blackduck,section"`
	CacheManager         *CacheManager         `yaml:"cache_manager,section"`
	ClamAV               *ClamAV               `yaml:"clamav,section"`
	Crypto               *Crypto               `yaml:"crypto,section"`
	DeliveryDBBackup     *DeliveryDBBackup     `yaml:"delivery_db_backup,section"`
	FindingsReport       *FindingsReport       `yaml:"findings_report,section"`
	GHAS                 *GHAS                 `yaml:"ghas,section"`
	IssueReplicator      *IssueReplicator      `yaml:"issue_replicator,section"`
	ODGOperator          *ODGOperator          `yaml:"odg_operator,section"`
	OSID                 *OSID                 `yaml:"osid,section"`
	PPMSReplication      *PPMSReplication      `yaml:"ppms_replication,section"`
	Responsibles         *Responsibles         `yaml:"responsibles,section"`
	SAST                 *SAST                 `yaml:"sast,section"`
	SBOMGenerator        *SBOMGenerator        `yaml:"sbom_generator,section"`
	SLAViolationProfiler *SLAViolationProfiler `yaml:"sla_violation_profiler,section"`
	// CustomExtensions are extensions that ODG does not know. The key is ours.
	CustomExtensions []CustomExtension `yaml:"custom_extensions,nullable"`
	// ScalingRules refine what the backlog controller does. The key is ours.
	ScalingRules ScalingRules `yaml:"scaling"`
}

// Common is what every section has.
type Common struct {
	// Enabled is false if the extension is configured, but rests.
	Enabled bool `yaml:"enabled" default:"true"`
	// Service is the id of the extension in the backlog. ODG allows to override it,
	// which nothing needs.
	Service string `yaml:"service"`
}

func (c *Common) common() *Common { return c }

// Connected is what sections have whose extension talks to the delivery service.
type Connected struct {
	Common
	// DeliveryServiceURL is where ODG Core is. It is required, except with
	// [Options.Local].
	DeliveryServiceURL string `yaml:"delivery_service_url"`
}

func (c *Connected) connected() *Connected { return c }

// History says how many finished jobs of a scheduled extension stay visible.
type History struct {
	SuccessfulJobs int `yaml:"successful_jobs_history_limit" default:"1"`
	FailedJobs     int `yaml:"failed_jobs_history_limit" default:"1"`
}

// ID identifies something in another system. Configuration may write it as text or
// as a number.
type ID string

// section is what the sections of [Config] have in common.
type section interface{ common() *Common }

// services are the fixed ids of the sections.
var services = map[string]string{
	"access_manager":         "accessManager",
	"artefact_enumerator":    "artefactEnumerator",
	"backlog_controller":     "backlogController",
	"bdba":                   ServiceBDBA,
	"blackduck":              ServiceBlackDuck,
	"cache_manager":          "cacheManager",
	"clamav":                 ServiceClamAV,
	"crypto":                 ServiceCrypto,
	"delivery_db_backup":     "deliveryDbBackup",
	"findings_report":        "findingsReport",
	"ghas":                   ServiceGHAS,
	"issue_replicator":       ServiceIssueReplicator,
	"odg_operator":           "odg-operator",
	"osid":                   ServiceOSID,
	"ppms_replication":       "ppms",
	"responsibles":           ServiceResponsibles,
	"sast":                   ServiceSAST,
	"sbom_generator":         ServiceSBOMGenerator,
	"sla_violation_profiler": "slaViolationProfiler",
}

// The ids of the extensions that work on artefacts.
const (
	ServiceBDBA            = "bdba"
	ServiceBlackDuck       = "blackduck"
	ServiceClamAV          = "clamav"
	ServiceCrypto          = "crypto"
	ServiceGHAS            = "ghas"
	ServiceIssueReplicator = "issueReplicator"
	ServiceOSID            = "osid"
	ServiceResponsibles    = "responsibles"
	ServiceSAST            = "sast"
	ServiceSBOMGenerator   = "sbomGenerator"
)
