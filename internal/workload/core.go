package workload

import (
	"errors"
	"fmt"

	"github.com/opendeliverygear/odg/client"
)

// ErrUsage is wrapped by what another try will not cure: wrong usage or configuration.
var ErrUsage = errors.New("wrong usage or configuration")

// Usage marks err as one of usage or configuration; nil stays nil.
func Usage(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrUsage, err)
}

// Core returns a client of the ODG Core that a flag names or else, if flag is empty,
// the section of the extensions configuration.
func (c Configuration) Core(flag, section, ofSection string) (*client.Client, error) {
	url := flag
	if url == "" {
		url = ofSection
	}
	if url == "" {
		return nil, fmt.Errorf("where is ODG Core? Say so with delivery_service_url in the section %s of the extensions configuration, or with --delivery-service-url", section)
	}
	core, err := client.New(url, client.Config{Types: c.Types})
	if err != nil {
		return nil, fmt.Errorf("find ODG Core: %w", err)
	}
	return core, nil
}
