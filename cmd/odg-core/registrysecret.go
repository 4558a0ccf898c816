package main

import (
	"github.com/opendeliverygear/odg/component/oci"
	"github.com/opendeliverygear/odg/internal/workload"
)

// registries returns the secrets of type oci-registry.
func (s secrets) registries() ([]oci.Credential, error) {
	access, err := workload.Registries{Secrets: string(s)}.Access()
	return access.Credentials, err
}
