package httpapi

import (
	"github.com/danielgtaylor/huma/v2"

	"github.com/opendeliverygear/odg/sprint"
)

type featuresDoc struct {
	Features []featureDoc `json:"features" nullable:"false"`
}

type featureDoc struct {
	_     struct{} `additionalProperties:"true"`
	State string   `json:"state" enum:"available,unavailable"`
	Name  string   `json:"name" doc:"Such as delivery-db. What else there is depends on the feature."`
}

type profilesDoc struct {
	Profiles []string `json:"profiles" nullable:"false"`
}

type sprintsDoc struct {
	Sprints []sprint.Sprint `json:"sprints" nullable:"false"`
}

type currentDependenciesDoc struct {
	DisplayName  string              `json:"displayName,omitempty"`
	Dependencies []currentDependency `json:"componentDependencies,omitempty"`
	Version      *string             `json:"version,omitempty" doc:"Null if it is not configured."`
}

func describeDelivery(r huma.Registry) operations {
	return operations{
		"GET /features": {
			OperationID: "features", Tags: []string{tagDelivery},
			Summary:     "Features of this installation",
			Description: "What is available, with the configuration that a user interface needs of it.",
			Parameters:  []*huma.Param{query("profile", "The profile whose finding types and special components are shown; the first one if it is missing. An unknown one restricts nothing.", text())},
			Responses: answers{200: answer("All features, each with its state.", jsonContent(schemaOf[featuresDoc](r),
				`{"features": [{"state": "available", "name": "delivery-db"}, {"state": "unavailable", "name": "authentication"}]}`))}.with(r, nil),
		},
		"GET /profiles": {
			OperationID: "profiles", Tags: []string{tagDelivery},
			Summary:   "Names of the profiles",
			Responses: answers{200: answer("The names, the default one first.", jsonContent(schemaOf[profilesDoc](r), `{"profiles": ["default"]}`))}.with(r, nil),
		},
		"GET /special-component/current-dependencies": {
			OperationID: "currentDependencies", Tags: []string{tagDelivery},
			Summary:    "What is published next of a special component",
			Parameters: []*huma.Param{needed("id", "Id of the special component.", text())},
			Responses: orInactive(r, "special-components", answers{200: answer("Its dependencies; an empty object if there is no such component.", jsonContent(schemaOf[currentDependenciesDoc](r),
				`{"displayName": "Shop", "componentDependencies": [{"name": "acme.org/db", "displayName": "Database", "version": "2.0.0"}], "version": "1.1.0"}`))}.with(r, map[int]string{
				400: "The id is missing.",
			})),
		},
	}
}

func describeSprints(r huma.Registry) operations {
	const example = `{"name": "2611b", "dates": [{"name": "end_date", "display_name": "End Date", "value": "2026-11-25"}], "finding_due_date_offset_name": "end_date"}`
	return operations{
		"GET /delivery/sprint-infos": {
			OperationID: "sprints", Tags: []string{tagDelivery},
			Summary:   "All sprints",
			Responses: answers{200: answer("The sprints; none if they are not configured.", jsonContent(schemaOf[sprintsDoc](r), `{"sprints": [`+example+`]}`))}.with(r, nil),
		},
		"GET /delivery/sprint-infos/current": {
			OperationID: "currentSprint", Tags: []string{tagDelivery},
			Summary:     "The present sprint",
			Description: "The sprint in which is due what is due on a day, or one before or after it.",
			Parameters: []*huma.Param{
				query("offset", "How many sprints later; negative for earlier. Beyond the ends there is the first or the last one.", &huma.Schema{Type: huma.TypeInteger, Default: 0}),
				query("before", "Another day than today.", date()),
			},
			Responses: answers{200: answer("The sprint.", jsonContent(schemaOf[sprint.Sprint](r), example))}.with(r, map[int]string{
				400: "A parameter is malformed, or there are no sprints.",
			}),
		},
	}
}
