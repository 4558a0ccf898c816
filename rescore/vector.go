package rescore

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/opendeliverygear/odg/internal/rawjson"
)

// Vector holds the base metrics of a vulnerability by CVSS v3 (FIRST, Common
// Vulnerability Scoring System v3.1, section 6), each by its letter. In JSON it is
// an object with the names below; text is read as well.
type Vector struct {
	AccessVector       string `json:"access_vector"`       // N, A, L, P
	AttackComplexity   string `json:"attack_complexity"`   // L, H
	UserInteraction    string `json:"user_interaction"`    // N, R
	PrivilegesRequired string `json:"privileges_required"` // N, L, H
	Scope              string `json:"scope"`               // U, C
	Confidentiality    string `json:"confidentiality"`     // N, L, H
	Integrity          string `json:"integrity"`           // N, L, H
	Availability       string `json:"availability"`        // N, L, H
}

// Metric is a base metric by its short name: AV, AC, PR, UI, S, C, I or A.
type Metric string

// metrics lists the base metrics in the order of the text form, with the JSON
// name and the letters of their values.
var metrics = []struct {
	short  Metric
	name   string
	values string
	of     func(*Vector) *string
}{
	{"AV", "access_vector", "NALP", func(v *Vector) *string { return &v.AccessVector }},
	{"AC", "attack_complexity", "LH", func(v *Vector) *string { return &v.AttackComplexity }},
	{"PR", "privileges_required", "NLH", func(v *Vector) *string { return &v.PrivilegesRequired }},
	{"UI", "user_interaction", "NR", func(v *Vector) *string { return &v.UserInteraction }},
	{"S", "scope", "UC", func(v *Vector) *string { return &v.Scope }},
	{"C", "confidentiality", "NLH", func(v *Vector) *string { return &v.Confidentiality }},
	{"I", "integrity", "NLH", func(v *Vector) *string { return &v.Integrity }},
	{"A", "availability", "NLH", func(v *Vector) *string { return &v.Availability }},
}

// others are the temporal and environmental metrics, which are skipped.
var others = []string{
	"E", "RL", "RC", "CR", "IR", "AR", "MAV", "MAC", "MPR", "MUI", "MS", "MC", "MI", "MA",
}

// ErrVector is wrapped by every error about a text or object that is no CVSS v3
// vector.
var ErrVector = errors.New("no CVSS v3 vector")

// ParseVector reads the text form, such as CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H.
// The prefix may be missing. All base metrics must be there once, in any order;
// temporal and environmental metrics are skipped. Errors wrap [ErrVector].
func ParseVector(s string) (Vector, error) {
	var v Vector
	for i, part := range strings.Split(s, "/") {
		if i == 0 && (part == "CVSS:3.0" || part == "CVSS:3.1") {
			continue
		}
		if err := v.readMetric(part); err != nil {
			return Vector{}, fmt.Errorf("vector %q: %w: %w", s, ErrVector, err)
		}
	}
	if err := v.Validate(); err != nil {
		return Vector{}, fmt.Errorf("vector %q: %w", s, err)
	}
	return v, nil
}

func (v *Vector) readMetric(part string) error {
	name, value, ok := strings.Cut(part, ":")
	if !ok {
		return fmt.Errorf("%q is no metric, want NAME:VALUE", part)
	}
	for i := range metrics {
		if m := &metrics[i]; string(m.short) == name {
			if *m.of(v) != "" {
				return fmt.Errorf("metric %s occurs twice", name)
			}
			*m.of(v) = value
			return nil
		}
	}
	for _, other := range others {
		if other == name {
			return nil
		}
	}
	return fmt.Errorf("metric %s is unknown", name)
}

// Validate returns an error that names the first metric without a value of
// CVSS v3. It wraps [ErrVector].
func (v Vector) Validate() error {
	for i := range metrics {
		m := &metrics[i]
		if value := *m.of(&v); len(value) != 1 || !strings.Contains(m.values, value) {
			return fmt.Errorf("%w: metric %s (%s) is %q, want one of %s",
				ErrVector, m.short, m.name, value, strings.Join(strings.Split(m.values, ""), ", "))
		}
	}
	return nil
}

// String writes the base metrics without a prefix: AV:N/AC:L/….
func (v Vector) String() string {
	var b strings.Builder
	for i := range metrics {
		if i > 0 {
			b.WriteByte('/')
		}
		b.WriteString(string(metrics[i].short) + ":" + *metrics[i].of(&v))
	}
	return b.String()
}

// Value returns the letter of a metric, "" if there is no such metric.
func (v Vector) Value(metric Metric) string {
	for i := range metrics {
		if metrics[i].short == metric {
			return *metrics[i].of(&v)
		}
	}
	return ""
}

// UnmarshalJSON reads an object, whose other keys are skipped, or the text form.
// Errors wrap [ErrVector].
func (v *Vector) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		parsed, err := ParseVector(s)
		*v = parsed
		return err
	}
	members, err := rawjson.Members(data)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrVector, err)
	}
	*v = Vector{}
	for _, m := range members {
		field := v.field(m.Key)
		if field == nil || rawjson.IsNull(m.Value) {
			continue
		}
		var ok bool
		if *field, ok = rawjson.String(m.Value); !ok {
			return fmt.Errorf("%w: %s: want a string, got %s", ErrVector, m.Key, rawjson.Kind(m.Value))
		}
	}
	return v.Validate()
}

// field returns where the value of a name in JSON is, nil if there is no such name.
func (v *Vector) field(name string) *string {
	switch name {
	case "access_vector":
		return &v.AccessVector
	case "attack_complexity":
		return &v.AttackComplexity
	case "user_interaction":
		return &v.UserInteraction
	case "privileges_required":
		return &v.PrivilegesRequired
	case "scope":
		return &v.Scope
	case "confidentiality":
		return &v.Confidentiality
	case "integrity":
		return &v.Integrity
	case "availability":
		return &v.Availability
	}
	return nil
}
