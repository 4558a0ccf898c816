package httpapi

// routes lists all there is.
func (s *Server) routes() []route {
	routes := []route{
		{"GET", "/ready", s.ready},
		{"PUT", "/artefacts/metadata", s.putMetadata},
		{"DELETE", "/artefacts/metadata", s.deleteMetadata},
		{"GET", "/artefacts/metadata/changes", s.changes},
		{"POST", "/artefacts/metadata/query", s.queryMetadata},
		{"GET", "/artefacts/metadata/query-attributes", s.queryAttributes},
		{"POST", "/artefacts/metadata/query/by-search-expression", s.searchMetadata},
		{"GET", "/ocm/component", s.component},
		{"GET", "/ocm/component/versions", s.componentVersions},
		{"GET", "/ocm/component/dependencies", s.dependencies},
		{"POST", "/components/diff", s.componentsDiff},
		{"GET", "/features", s.features},
		{"GET", "/profiles", s.profiles},
		{"GET", "/delivery/sprint-infos", s.sprintInfos},
		{"GET", "/delivery/sprint-infos/current", s.currentSprint},
		{"GET", "/special-component/current-dependencies", s.currentDependencies},
		{"POST", blobPath, s.putBlob},
		{"HEAD", blobPath, s.blobInfo},
		{"GET", blobPath, s.getBlob},
		{"DELETE", blobPath, s.deleteBlob},
		{"DELETE", "/cache", s.deleteCache},
		{"GET", "/api/v1/doc", s.docPage},
		{"GET", "/api/v1/doc/{$}", s.docPage},
		{"GET", "/api/v1/doc/swagger.json", s.openAPI},
		{"GET", "/api/v1/openapi.json", s.openAPI},
	}
	if s.cfg.ServeMetrics {
		routes = append(routes, route{"GET", "/metrics", serve(s.Metrics())})
	}
	return append(routes, inactiveRoutes()...)
}

// inactiveRoutes are those of existing installations that later versions bring.
// They answer that their feature is inactive, which existing clients understand.
func inactiveRoutes() []route {
	routes := []route{
		{"GET", "/auth", inactive("authentication")},
		{"GET", "/auth/configs", inactive("authentication")},
		{"GET", "/auth/logout", inactive("authentication")},
		{"GET", "/auth/rbac", inactive("authentication")},
		{"GET", "/auth/user", inactive("authentication")},
		{"POST", "/auth/refresh", inactive("authentication")},
		{"GET", "/rescore", inactive("rescoring")},
		{"POST", "/rescore", inactive("rescoring")},
		{"GET", "/components/compliance-summary", inactive("compliance-summary")},
		{"GET", "/components/tests", inactive("tests")},
		{"GET", "/components/upgrade-prs", inactive("upgrade-prs")},
		{"GET", "/ocm/component/responsibles", inactive("responsibles")},
		{"GET", "/service-extensions", inactive("cluster-access")},
		{"GET", "/service-extensions/container-statuses", inactive("cluster-access")},
		{"GET", "/service-extensions/log-collections", inactive("cluster-access")},
	}
	for _, path := range []string{"/service-extensions/backlog-items", "/service-extensions/runtime-artefacts"} {
		for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
			routes = append(routes, route{method, path, inactive("cluster-access")})
		}
	}
	return routes
}
