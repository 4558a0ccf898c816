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
		{"GET", "/ocm/component/responsibles", s.responsibles},
		{"GET", "/ocm/artefacts/blob", s.artefactBlob},
		{"POST", "/components/diff", s.componentsDiff},
		{"GET", "/components/compliance-summary", s.complianceSummary},
		{"GET", "/components/sla", s.sla},
		{"GET", "/components/sbom", s.componentSBOMs},
		{"GET", "/components/vex", s.exportVEX},
		{"POST", "/components/vex", s.importVEX},
		{"GET", "/rescore", s.proposals},
		{"POST", "/rescore", s.rescore},
		{"GET", "/findings/{id}/explain", s.explain},
		{"GET", "/findings/{id}/history", s.history},
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
		{"GET", "/service-extensions", s.extensions},
		{"GET", "/service-extensions/backlog-items", s.backlogItems},
		{"POST", "/service-extensions/backlog-items", s.createBacklogItems},
		{"PUT", "/service-extensions/backlog-items", s.updateBacklogItem},
		{"DELETE", "/service-extensions/backlog-items", s.deleteBacklogItems},
		{"GET", "/service-extensions/runtime-artefacts", s.runtimeArtefacts},
		{"PUT", "/service-extensions/runtime-artefacts", s.putRuntimeArtefacts},
		{"DELETE", "/service-extensions/runtime-artefacts", s.deleteRuntimeArtefacts},
		{"GET", "/service-extensions/container-statuses", s.containerStatuses},
		{"GET", "/service-extensions/log-collections", s.logCollections},
		{"GET", "/api/v1/doc", s.docPage},
		{"GET", "/api/v1/doc/{$}", s.docPage},
		{"GET", "/api/v1/doc/swagger.json", s.openAPI},
		{"GET", "/api/v1/openapi.json", s.openAPI},
	}
	if s.cfg.ServeMetrics {
		routes = append(routes, route{"GET", "/metrics", serve(s.Metrics())})
	}
	for _, r := range inactiveRoutes {
		routes = append(routes, route{r.method, r.path, inactive(r.feature)})
	}
	return routes
}

// inactiveRoutes are those of existing installations that later versions bring.
// They answer that their feature is inactive, which existing clients understand.
var inactiveRoutes = []struct{ method, path, feature, id, summary string }{
	{"GET", "/auth", "authentication", "login", "Log in"},
	{"GET", "/auth/configs", "authentication", "loginConfigs", "Where users can log in"},
	{"GET", "/auth/logout", "authentication", "logout", "Log out"},
	{"GET", "/auth/rbac", "authentication", "rbac", "Roles and permissions"},
	{"GET", "/auth/user", "authentication", "user", "Who is logged in"},
	{"POST", "/auth/refresh", "authentication", "refreshLogin", "Stay logged in"},
	{"GET", "/components/tests", "tests", "componentTests", "Test reports of a component"},
	{"GET", "/components/upgrade-prs", "upgrade-prs", "upgradePullRequests", "Pull requests that upgrade a component"},
}
