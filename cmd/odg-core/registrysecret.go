package main

import (
	"fmt"

	"github.com/opendeliverygear/odg/component/oci"
	"github.com/opendeliverygear/odg/internal/delivery"
)

// registries returns the secrets of type oci-registry.
func (s secrets) registries() ([]oci.Credential, error) {
	if s == "" {
		return nil, nil
	}
	paths, err := s.elements("oci-registry")
	if err != nil {
		return nil, fmt.Errorf("read secrets oci-registry: %w", err)
	}
	var all []oci.Credential
	for _, path := range paths {
		c, err := delivery.ReadCredential(path)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}
