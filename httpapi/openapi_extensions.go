package httpapi

import (
	"time"

	"github.com/danielgtaylor/huma/v2"
)

type resourceMetadataDoc struct {
	Name        string            `json:"name"`
	UID         string            `json:"uid"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	Created     time.Time         `json:"creationTimestamp"`
}

type backlogItemDoc struct {
	Metadata resourceMetadataDoc `json:"metadata"`
	Spec     backlogSpecDoc      `json:"spec"`
}

type runtimeArtefactDoc struct {
	Metadata resourceMetadataDoc `json:"metadata"`
	Spec     runtimeSpecDoc      `json:"spec"`
}

type artefactsDoc struct {
	Artefacts []artefactDoc `json:"artefacts" nullable:"false" doc:"Identities as they are part of metadata."`
}

type backlogSpecDoc struct {
	Timestamp string      `json:"timestamp" doc:"When it was queued."`
	Artefact  artefactDoc `json:"artefact"`
	Priority  int         `json:"priority" minimum:"0" doc:"0 none, 1 low, 2 medium, 4 high, 8 critical."`
}

type backlogUpdateDoc struct {
	Spec struct {
		Timestamp string       `json:"timestamp,omitempty" doc:"Not changed."`
		Artefact  *artefactDoc `json:"artefact,omitempty" doc:"That of the item."`
		Priority  *int         `json:"priority,omitempty" minimum:"0"`
	} `json:"spec"`
}

type runtimeSpecDoc struct {
	Created  string      `json:"creation_date"`
	Artefact artefactDoc `json:"artefact"`
}

type logCollectionDoc struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   map[string]any `json:"metadata"`
	Spec       struct {
		Service  string `json:"service"`
		LogLevel string `json:"logLevel"`
		Logs     []struct {
			Timestamp string `json:"timestamp"`
			Name      string `json:"name"`
			LogLevel  string `json:"logLevel"`
			Thread    string `json:"thread"`
			Message   string `json:"message"`
		} `json:"logs"`
	} `json:"spec"`
}

func describeExtensions(r huma.Registry) operations {
	return operations{
		"GET /service-extensions": {
			OperationID: "extensions", Tags: []string{tagExtensions},
			Summary:   "Names of the extensions that are enabled",
			Responses: orInactive(r, "extensions-configuration", answers{200: answer("The names of their sections in camel case.", jsonContent(listOf(text()), `["issueReplicator", "osid"]`))}.with(r, nil)),
		},
		"GET /service-extensions/container-statuses": {
			OperationID: "containerStatuses", Tags: []string{tagExtensions},
			Summary:    "State of the extensions' containers",
			Parameters: []*huma.Param{repeated("service", "Names of extensions; all that are enabled if there is none.")},
			Responses:  orInactive(r, featureCluster, answers{200: answer("The containers, as the Kubernetes API tells them.", jsonContent(listOf(schemaOf[Container](r)), ""))}.with(r, nil)),
		},
		"GET /service-extensions/log-collections": {
			OperationID: "logCollections", Tags: []string{tagExtensions},
			Summary: "What the extensions have logged",
			Parameters: []*huma.Param{
				needed("log_level", "The level, in upper or lower case.", &huma.Schema{Type: huma.TypeString, Pattern: "(?i)^(ERROR|WARNING|INFO|DEBUG)$"}),
				repeated("service", "Names of extensions; all that are enabled if there is none."),
			},
			Responses: orInactive(r, featureCluster, answers{200: answer("Custom resources of the kind LogCollection.", jsonContent(listOf(schemaOf[logCollectionDoc](r)), ""))}.with(r, map[int]string{
				400: "The level is missing or none.",
			})),
		},
	}
}

func describeBacklog(r huma.Registry) operations {
	const path = "/service-extensions/backlog-items"
	service := func() *huma.Param {
		return needed("service", "Id of the extension, such as osid or issueReplicator.", text())
	}
	return operations{
		"GET " + path: {
			OperationID: "backlogItems", Tags: []string{tagExtensions},
			Summary:    "What waits to be scanned",
			Parameters: []*huma.Param{service()},
			Responses: orInactive(r, featureCluster, answers{200: answer("Custom resources of the kind BacklogItem, in part.", jsonContent(listOf(schemaOf[backlogItemDoc](r)), ""))}.with(r, map[int]string{
				400: "The service is missing.",
			})),
		},
		"POST " + path: {
			OperationID: "createBacklogItems", Tags: []string{tagExtensions},
			Summary:     "Have artefacts scanned",
			Description: "Where an item waits already, its priority is raised.",
			Parameters:  []*huma.Param{service(), query("priority", "NONE, LOW, MEDIUM, HIGH or CRITICAL, in upper or lower case.", &huma.Schema{Type: huma.TypeString, Default: "CRITICAL", Pattern: "(?i)^(NONE|LOW|MEDIUM|HIGH|CRITICAL)$"})},
			RequestBody: jsonBody(schemaOf[artefactsDoc](r), ""),
			Responses: orInactive(r, featureCluster, answers{201: answer("All of them wait.", nil)}.with(r, map[int]string{
				400: "The service or priority is none, or the body is malformed.",
			})),
		},
		"PUT " + path: {
			OperationID: "updateBacklogItem", Tags: []string{tagExtensions},
			Summary:     "Change the priority of a scan",
			Description: "An item that is gone is fine: it was worked on meanwhile.",
			Parameters:  []*huma.Param{needed("name", "Name of the item.", text())},
			RequestBody: jsonBody(schemaOf[backlogUpdateDoc](r), `{"spec": {"priority": 4}}`),
			Responses: orInactive(r, featureCluster, answers{204: answer("It has that priority, or is gone.", nil)}.with(r, map[int]string{
				400: "The name is missing, the body is malformed, or names another artefact than that of the item.",
			})),
		},
		"DELETE " + path: {
			OperationID: "deleteBacklogItems", Tags: []string{tagExtensions},
			Summary:    "Withdraw scans",
			Parameters: []*huma.Param{repeated("name", "Names of items, at least one.")},
			Responses: orInactive(r, featureCluster, answers{204: answer("None of them waits any more.", nil)}.with(r, map[int]string{
				400: "There is no name.",
			})),
		},
	}
}

func describeRuntime(r huma.Registry) operations {
	const path = "/service-extensions/runtime-artefacts"
	label := func(what string) []*huma.Param {
		return []*huma.Param{repeated("label", what+" Written as key:value, by Kubernetes' rules for labels.")}
	}
	return operations{
		"GET " + path: {
			OperationID: "runtimeArtefacts", Tags: []string{tagExtensions},
			Summary:    "Artefacts that were seen running",
			Parameters: label("Labels that they must have, all of them."),
			Responses: orInactive(r, featureCluster, answers{200: answer("Custom resources of the kind RuntimeArtefact, in part.", jsonContent(listOf(schemaOf[runtimeArtefactDoc](r)), ""))}.with(r, map[int]string{
				400: "A label is none.",
			})),
		},
		"PUT " + path: {
			OperationID: "putRuntimeArtefacts", Tags: []string{tagExtensions},
			Summary:     "Report artefacts that run",
			Description: "An artefact that is there with the same labels is left as it is.",
			Parameters:  label("Labels to keep with them."),
			RequestBody: jsonBody(schemaOf[artefactsDoc](r), ""),
			Responses: orInactive(r, featureCluster, answers{201: answer("All of them are there.", nil)}.with(r, map[int]string{
				400: "A label is none, or the body is malformed.",
			})),
		},
		"DELETE " + path: {
			OperationID: "deleteRuntimeArtefacts", Tags: []string{tagExtensions},
			Summary:    "Withdraw reports",
			Parameters: []*huma.Param{repeated("name", "Names of resources, at least one.")},
			Responses: orInactive(r, featureCluster, answers{204: answer("None of them is there any more.", nil)}.with(r, map[int]string{
				400: "There is no name.",
			})),
		},
	}
}
