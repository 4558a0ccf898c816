package httpapi

import "github.com/danielgtaylor/huma/v2"

// describeInactive describes what answers that its feature is inactive.
func describeInactive(r huma.Registry) operations {
	all := operations{}
	for _, route := range []struct{ route, id, feature, summary string }{
		{"GET /auth", "login", "authentication", "Log in"},
		{"GET /auth/configs", "loginConfigs", "authentication", "Where users can log in"},
		{"GET /auth/logout", "logout", "authentication", "Log out"},
		{"GET /auth/rbac", "rbac", "authentication", "Roles and permissions"},
		{"GET /auth/user", "user", "authentication", "Who is logged in"},
		{"POST /auth/refresh", "refreshLogin", "authentication", "Stay logged in"},
		{"GET /rescore", "rescorings", "rescoring", "Findings with what they may be rescored to"},
		{"POST /rescore", "rescore", "rescoring", "Rescore findings"},
		{"GET /components/compliance-summary", "complianceSummary", "compliance-summary", "Findings of components, counted by severity"},
		{"GET /components/tests", "componentTests", "tests", "Test reports of a component"},
		{"GET /components/upgrade-prs", "upgradePullRequests", "upgrade-prs", "Pull requests that upgrade a component"},
		{"GET /ocm/component/responsibles", "componentResponsibles", "responsibles", "Who is responsible for a component"},
		{"GET /service-extensions", "extensions", "cluster-access", "Names of the extensions"},
		{"GET /service-extensions/container-statuses", "containerStatuses", "cluster-access", "State of the extensions' containers"},
		{"GET /service-extensions/log-collections", "logCollections", "cluster-access", "What the extensions have logged"},
		{"GET /service-extensions/backlog-items", "backlogItems", "cluster-access", "What waits to be scanned"},
		{"POST /service-extensions/backlog-items", "createBacklogItems", "cluster-access", "Have artefacts scanned"},
		{"PUT /service-extensions/backlog-items", "updateBacklogItem", "cluster-access", "Change the priority of a scan"},
		{"DELETE /service-extensions/backlog-items", "deleteBacklogItems", "cluster-access", "Withdraw scans"},
		{"GET /service-extensions/runtime-artefacts", "runtimeArtefacts", "cluster-access", "Artefacts that were seen running"},
		{"POST /service-extensions/runtime-artefacts", "postRuntimeArtefacts", "cluster-access", "Report artefacts that run"},
		{"PUT /service-extensions/runtime-artefacts", "putRuntimeArtefacts", "cluster-access", "Report artefacts that run"},
		{"DELETE /service-extensions/runtime-artefacts", "deleteRuntimeArtefacts", "cluster-access", "Withdraw reports"},
	} {
		all[route.route] = &huma.Operation{
			OperationID: route.id, Tags: []string{tagInactive}, Summary: route.summary,
			Responses: map[string]*huma.Response{"400": inactiveAnswer(r, route.feature)},
		}
	}
	return all
}
