package httpapi

import "github.com/danielgtaylor/huma/v2"

// describeInactive describes what answers that its feature is inactive.
func describeInactive(r huma.Registry) operations {
	all := operations{}
	for _, route := range inactiveRoutes {
		all[route.method+" "+route.path] = &huma.Operation{
			OperationID: route.id, Tags: []string{tagInactive}, Summary: route.summary,
			Responses: map[string]*huma.Response{"400": inactiveAnswer(r, route.feature)},
		}
	}
	return all
}
