package rescore

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The names of the OCM label that holds a [Categorisation]; the newer one first.
const (
	LabelRiskProfile       = "security.ocm.software/risk-profile"
	LabelCVECategorisation = "gardener.cloud/cve-categorisation"
)

// Categorisation says what an artefact is exposed to. ODG's CveCategorisation, it
// is the value of a label of the artefact, or else of its component.
// The empty value and nil mean that nothing is known.
type Categorisation struct {
	NetworkExposure            string `json:"network_exposure"`        // private, protected, public
	AuthenticationEnforced     *bool  `json:"authentication_enforced"` // nil: not known
	UserInteraction            string `json:"user_interaction"`        // gardener-operator, end-user
	ConfidentialityRequirement string `json:"confidentiality_requirement"`
	IntegrityRequirement       string `json:"integrity_requirement"`
	AvailabilityRequirement    string `json:"availability_requirement"` // none, low, high, like the two above
	Comment                    string `json:"comment"`
}

// Attribute names an attribute of a [Categorisation], as rules do.
type Attribute string

// The attributes of a [Categorisation].
const (
	AttrNetworkExposure        Attribute = "network_exposure"
	AttrAuthenticationEnforced Attribute = "authentication_enforced"
	AttrUserInteraction        Attribute = "user_interaction"
	AttrConfidentiality        Attribute = "confidentiality_requirement"
	AttrIntegrity              Attribute = "integrity_requirement"
	AttrAvailability           Attribute = "availability_requirement"
	AttrComment                Attribute = "comment"
)

var requirements = []string{"none", "low", "high"}

// attributeValues lists the values of the attributes that have fixed ones.
var attributeValues = map[Attribute][]string{
	AttrNetworkExposure:        {"private", "protected", "public"},
	AttrAuthenticationEnforced: {"true", "false"},
	AttrUserInteraction:        {"gardener-operator", "end-user"},
	AttrConfidentiality:        requirements,
	AttrIntegrity:              requirements,
	AttrAvailability:           requirements,
}

// ParseCategorisation reads the value of the label. Unknown keys are skipped;
// values that no rule can know are errors.
func ParseCategorisation(label json.RawMessage) (Categorisation, error) {
	var c Categorisation
	if err := json.Unmarshal(label, &c); err != nil {
		return Categorisation{}, fmt.Errorf("read CVE categorisation: %w", err)
	}
	for attr, values := range attributeValues {
		if value := c.Value(attr); value != "" && !slices.Contains(values, value) {
			return Categorisation{}, fmt.Errorf("read CVE categorisation: %s is %q, want one of %s",
				attr, value, strings.Join(values, ", "))
		}
	}
	return c, nil
}

// Value returns the value of an attribute as text, "" if it is not known.
func (c Categorisation) Value(attr Attribute) string {
	switch attr {
	case AttrNetworkExposure:
		return c.NetworkExposure
	case AttrAuthenticationEnforced:
		switch {
		case c.AuthenticationEnforced == nil:
			return ""
		case *c.AuthenticationEnforced:
			return "true"
		}
		return "false"
	case AttrUserInteraction:
		return c.UserInteraction
	case AttrConfidentiality:
		return c.ConfidentialityRequirement
	case AttrIntegrity:
		return c.IntegrityRequirement
	case AttrAvailability:
		return c.AvailabilityRequirement
	case AttrComment:
		return c.Comment
	}
	return ""
}
