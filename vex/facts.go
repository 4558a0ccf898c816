package vex

import (
	"errors"
	"fmt"
	"strings"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
)

// What VEX has no words for is written as facts: properties of a CycloneDX
// vulnerability, and the last paragraph of the status notes in OpenVEX, such as
//
//	odg:severity=LOW
//	odg:valid-until=2027-01-01
const (
	factSeverity       = "odg:severity"
	factProcessingTime = "odg:allowed-processing-time"
	factDueDate        = "odg:due-date"
	factValidUntil     = "odg:valid-until"
	factUser           = "odg:user"
	factJustification  = "odg:justification" // in the words of the other format
	factResponse       = "odg:response"
)

type fact struct{ name, value string }

// factsOf is a decision with what is to be said in the words of the other format.
type factsOf struct {
	Decision
	justification Justification
	responses     []Response
}

// facts lists what there is to say, in a fixed order.
func (d factsOf) facts() []fact {
	list := []fact{
		{factSeverity, d.Severity}, {factProcessingTime, d.AllowedProcessingTime}, {factDueDate, string(d.DueDate)},
		{factValidUntil, string(d.ValidUntil)}, {factUser, d.User}, {factJustification, string(d.justification)},
	}
	for _, r := range d.responses {
		list = append(list, fact{factResponse, string(r)})
	}
	said := list[:0]
	for _, f := range list {
		if f.value = oneLine(f.value); f.value != "" {
			said = append(said, f)
		}
	}
	return said
}

// set takes a fact over. Facts of newer versions are passed over.
func (d *factsOf) set(f fact) (err error) {
	switch f.name {
	case factSeverity:
		d.Severity = f.value
	case factProcessingTime:
		d.AllowedProcessingTime = f.value
		_, err = findingcfg.ParseProcessingTime(&f.value)
	case factDueDate:
		d.DueDate, err = metadata.ParseDate(f.value)
	case factValidUntil:
		d.ValidUntil, err = metadata.ParseExpiry(f.value)
	case factUser:
		d.User = f.value
	case factJustification:
		d.justification = Justification(f.value)
		if !d.justification.known() {
			err = errors.New("unknown justification")
		}
	case factResponse:
		d.responses = append(d.responses, Response(f.value))
		if !Response(f.value).known() {
			err = errors.New("unknown response")
		}
	}
	if err != nil {
		return fmt.Errorf("%s=%s: %w", f.name, f.value, err)
	}
	return nil
}

// paragraph writes facts as text.
func paragraph(facts []fact) string {
	lines := make([]string, len(facts))
	for i, f := range facts {
		lines[i] = f.name + "=" + f.value
	}
	return strings.Join(lines, "\n")
}

// splitFacts takes the facts off the end of a text.
func splitFacts(text string) (rest string, d factsOf, err error) {
	text = clean(text)
	start := strings.LastIndex(text, "\n\n")
	last := strings.TrimSpace(text[max(start, 0):])
	if !strings.HasPrefix(last, "odg:") {
		return text, d, nil
	}
	var all []error
	for line := range strings.Lines(last) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok || !strings.HasPrefix(name, "odg:") {
			return text, factsOf{}, nil
		}
		all = append(all, d.set(fact{name, value}))
	}
	return strings.TrimSpace(text[:max(start, 0)]), d, errors.Join(all...)
}
