package backlog

import (
	"fmt"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/blake2s128"
)

// maxServiceLength is that of a Kubernetes label value, in which the service id
// is stored. The name of an item is longer by 33 and far from its limit of 253.
const maxServiceLength = 63

// Name returns the name of the item of a service and an artefact, equal to that
// of existing installations: the service id in lower case with "-" for "_",
// then "-", then the BLAKE2s digest of the artefact's key, 16 bytes in hex.
// It is a valid name of a Kubernetes object if service is valid.
func Name(service string, id artefact.ID) string {
	var buf [256]byte
	return prefix(service) + "-" + blake2s128.Hex(id.AppendKey(buf[:0]))
}

func prefix(service string) string {
	return strings.ReplaceAll(strings.ToLower(service), "_", "-")
}

// ValidateService returns an error unless service can be part of a name and the
// value of a Kubernetes label: 1 to 63 ASCII letters, digits, "-" and "_",
// beginning and ending with a letter or digit.
func ValidateService(service string) error {
	if service == "" {
		return fmt.Errorf("backlog item has no service id")
	}
	if len(service) > maxServiceLength {
		return fmt.Errorf("service id %.20q… has %d characters, want at most %d", service, len(service), maxServiceLength)
	}
	for i := range len(service) {
		inner := i > 0 && i < len(service)-1
		if c := service[i]; !alphanumeric(c) && !(inner && (c == '-' || c == '_')) {
			return fmt.Errorf("service id %q: want ASCII letters, digits, \"-\" and \"_\", with a letter or digit at both ends", service)
		}
	}
	return nil
}

func alphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
