package httpapi

import "strings"

// agents are the programs that are counted by name, by the first product of their
// User-Agent. The name is whatever a client says, so there is an end to the list.
var agents = map[string]string{
	"":                "none",
	"Mozilla":         "browser",
	"odg-client":      "odg-client",
	"python-requests": "python-requests", // existing clients
	"Python":          "python",          // aiohttp and the standard library
	"Go-http-client":  "Go-http-client",
	"curl":            "curl",
	"kube-probe":      "kube-probe",
	"Prometheus":      "Prometheus",
}

// agent is the label for a User-Agent.
func agent(header string) string {
	product, _, _ := strings.Cut(strings.TrimSpace(header), "/")
	if name, ok := agents[product]; ok {
		return name
	}
	return "other"
}
