package extcfg

import "time"

// AccessManager keeps access to clusters and registries up to date.
type AccessManager struct {
	Common
	Schedule string `yaml:"schedule" default:"*/10 * * * *"`
	History
}

// CacheManager prunes the cache of the delivery service and fills it ahead.
type CacheManager struct {
	Connected
	MaxSizeBytes    int64        `yaml:"max_cache_size_bytes" default:"1000000000"`
	MinPruningBytes int64        `yaml:"min_pruning_bytes" default:"100000000"`
	Weights         CacheWeights `yaml:"cache_pruning_weights"`
	Prefill         CachePrefill `yaml:"prefill_function_caches"`
	// SBOMRetention is how long SBOMs are kept; nil means for ever.
	SBOMRetention *time.Duration `yaml:"sbom_retention_period_seconds" unit:"s" default:"604800"`
	Schedule      string         `yaml:"schedule" default:"*/10 * * * *"`
	History
}

// CacheWeights say what makes a cache entry worth keeping. If configuration has
// the object at all, weights that it does not mention are 0.
type CacheWeights struct {
	CreationDate float64 `yaml:"creation_date_weight"`
	LastUpdate   float64 `yaml:"last_update_weight"`
	DeleteAfter  float64 `yaml:"delete_after_weight"`
	KeepUntil    float64 `yaml:"keep_until_weight"`
	LastRead     float64 `yaml:"last_read_weight"`
	ReadCount    float64 `yaml:"read_count_weight"`
	Revision     float64 `yaml:"revision_weight"`
	Costs        float64 `yaml:"costs_weight"`
	Size         float64 `yaml:"size_weight"`
}

// DefaultCacheWeights returns the weights if configuration does not mention them.
func DefaultCacheWeights() CacheWeights {
	return CacheWeights{DeleteAfter: -1.5, KeepUntil: -1, LastRead: -1, ReadCount: 10, Costs: 10}
}

// CachePrefill says which answers are computed ahead.
type CachePrefill struct {
	Components []Component `yaml:"components"`
	// Functions are compliance-summary and component-versions unless configured.
	Functions []string `yaml:"functions"`
}

// DefaultPrefillFunctions returns the functions if configuration names none.
func DefaultPrefillFunctions() []string { return []string{"compliance-summary", "component-versions"} }

// DeliveryDBBackup saves the database as an OCM component.
type DeliveryDBBackup struct {
	Connected
	ComponentName string `yaml:"component_name,required"`
	OCMRepoURL    string `yaml:"ocm_repo_url,required"`
	// RetentionCount is how many backups are kept; nil means all.
	RetentionCount  *int     `yaml:"backup_retention_count"`
	InitialVersion  string   `yaml:"initial_version" default:"0.1.0"`
	ExtraPGDumpArgs []string `yaml:"extra_pg_dump_args"`
	Schedule        string   `yaml:"schedule" default:"0 0 * * *"`
	History
}

// FindingsReport writes reports into repositories.
type FindingsReport struct {
	Connected
	Mappings []ReportMapping `yaml:"mappings,required"`
	Schedule string          `yaml:"schedule" default:"0 2 * * *"`
	History
}

// ReportMapping is one report.
type ReportMapping struct {
	Type               string `yaml:"type,required"`
	Component          any    `yaml:"component,required"`
	GitHubRepository   string `yaml:"github_repository,required"`
	Branch             string `yaml:"branch" default:"master"`
	Filename           string `yaml:"filename" default:"report.md"`
	Dirname            string `yaml:"dirname" default:"reports"`
	AutoMerge          bool   `yaml:"auto_merge" default:"false"`
	TriggerAbsentScans bool   `yaml:"trigger_absent_scans" default:"false"`
	ReportToSAF        bool   `yaml:"report_to_saf" default:"false"`
	GitHubAppIDForSAF  ID     `yaml:"github_app_id_for_saf_auth,nullable"`
}

// ODGOperator installs ODG itself.
type ODGOperator struct {
	Common
	RequiredExtensions []string       `yaml:"required_extension_names"`
	References         []ExtensionRef `yaml:"extension_ocm_references"`
	ClusterIdentity    string         `yaml:"cluster_identity" default:"default-cluster-identity"`
}

// ExtensionRef is where the definition of an extension is.
type ExtensionRef struct {
	ComponentName    string `yaml:"component_name,required"`
	ComponentVersion string `yaml:"component_version,required"`
	ArtefactName     string `yaml:"artefact_name,required"`
}

// PPMSReplication reports to PPMS.
type PPMSReplication struct {
	Connected
	Components       []Component      `yaml:"components,required"`
	BlackDuckHost    string           `yaml:"blackduck_host,required"`
	SCVID            ID               `yaml:"ppms_scv_id,required"`
	SCVName          string           `yaml:"ppms_scv_name,required"`
	BuildVersionName string           `yaml:"ppms_build_version_name,required"`
	ArtefactFilters  []map[string]any `yaml:"artefact_filters"`
	Schedule         string           `yaml:"schedule" default:"0 0 * * *"`
}

// SLAViolationProfiler records which findings are overdue.
type SLAViolationProfiler struct {
	Connected
	Components []Component `yaml:"components,required"`
}
