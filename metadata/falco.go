package metadata

// FalcoFinding is suspicious behaviour that Falco saw in a cluster. Its finding
// is a [FalcoInteractiveEventGroup] or a [FalcoEventGroup], its subtype
// interactive-event-group or event-group.
type FalcoFinding struct {
	_        struct{} `key:"finding"`
	Severity string   `json:"severity"`
	Subtype  string   `json:"subtype"`
	Finding  Object   `json:"finding" odg:"is=falco"`
}

// FalcoEventGroup are similar events of several clusters.
type FalcoEventGroup struct {
	_          struct{}           `key:"group_hash"`
	Message    string             `json:"message"`
	Clusters   []FalcoCluster     `json:"clusters"`
	Landscape  string             `json:"landscape"`
	Project    string             `json:"project"`
	Rule       string             `json:"rule"`
	Priority   string             `json:"priority"`
	FirstEvent Timestamp          `json:"first_event"`
	LastEvent  Timestamp          `json:"last_event"`
	Count      Integer            `json:"count"`
	GroupHash  string             `json:"group_hash"`
	Fields     map[string]*string `json:"fields"`
	Events     []FalcoEvent       `json:"events"`
	Exception  string             `json:"exception"`
}

// FalcoCluster counts events of a cluster by node.
type FalcoCluster struct {
	Name  string      `json:"name"`
	Nodes []FalcoNode `json:"nodes"`
}

// FalcoNode counts events of a node.
type FalcoNode struct {
	Name  string  `json:"name"`
	Count Integer `json:"count"`
}

// FalcoInteractiveEventGroup are the events of one session of a person.
type FalcoInteractiveEventGroup struct {
	_          struct{}     `key:"group_hash"`
	Count      Integer      `json:"count"`
	Cluster    string       `json:"cluster"`
	Hostname   string       `json:"hostname"`
	Project    string       `json:"project"`
	Landscape  string       `json:"landscape"`
	GroupHash  string       `json:"group_hash"`
	FirstEvent Timestamp    `json:"first_event"`
	LastEvent  Timestamp    `json:"last_event"`
	Events     []FalcoEvent `json:"events"`
}

// FalcoEvent is one event as Falco reported it.
type FalcoEvent struct {
	Message  string    `json:"message"`
	Cluster  string    `json:"cluster"`
	Hostname string    `json:"hostname"`
	Time     Timestamp `json:"time"`
	Rule     string    `json:"rule"`
	Priority string    `json:"priority"`
	Output   Object    `json:"output"`
}

// GroupRef names a [FalcoFinding] or [KyvernoFinding] in a rescoring.
type GroupRef struct {
	_         struct{} `key:"group_hash"`
	GroupHash string   `json:"group_hash"`
}
