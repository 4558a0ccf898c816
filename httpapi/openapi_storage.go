package httpapi

import "github.com/danielgtaylor/huma/v2"

const exampleDigest = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"

func digest() *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: "^sha256:[0-9a-fA-F]{64}$", Examples: []any{exampleDigest}}
}

// blobHeaders are those that describe a blob.
func blobHeaders() map[string]*huma.Param {
	header := func(description string, schema *huma.Schema) *huma.Param {
		return &huma.Param{Description: description, Schema: schema}
	}
	return map[string]*huma.Param{
		"Digest":  header("The digest of the content.", digest()),
		"Created": header("When it was stored, such as 21/11/26 11:00:00 +0000.", text()),
	}
}

// blobFaults are the answers to questions about a blob that went wrong.
func blobFaults() map[int]string {
	return map[int]string{400: "The digest is missing or malformed.", 404: "There is no blob with this digest."}
}

// ofBlob is an answer with the headers of a blob.
func ofBlob(text string, content map[string]*huma.MediaType) *huma.Response {
	return &huma.Response{Description: text, Content: content, Headers: blobHeaders()}
}

func anyContent() map[string]*huma.MediaType {
	return content("application/octet-stream", &huma.Schema{Type: huma.TypeString, Format: "binary"}, "")
}

func describeUploads(r huma.Registry) operations {
	return operations{
		"POST /blob": {
			OperationID: "putBlob", Tags: []string{tagStorage},
			Summary:     "Store a blob",
			Description: "Sending the same content again is fine. Content-Type and Content-Length are required.",
			Parameters:  []*huma.Param{header("Digest", "sha256: and the digest of the content in hexadecimal digits.")},
			RequestBody: &huma.RequestBody{Content: anyContent(), Required: true, Description: "The content, of any media type, not compressed by Content-Encoding."},
			Responses: orInactive(r, "delivery-db", answers{200: ofBlob("The blob is stored.", nil)}.with(r, map[int]string{
				400: "A header is missing or malformed, or the content does not have the digest. Nothing is stored.",
				413: "The blob is larger than this server takes.",
				507: "There is no space left.",
			})),
		},
	}
}

func describeBlobs(r huma.Registry) operations {
	asked := []*huma.Param{needed("digest", "The digest of the content.", digest())}
	return operations{
		"HEAD /blob": {
			OperationID: "findBlob", Tags: []string{tagStorage},
			Summary:    "Ask for a blob",
			Parameters: asked,
			Responses:  orInactive(r, "delivery-db", answers{200: ofBlob("Headers tell media type and length.", nil)}.with(r, blobFaults())),
		},
		"GET /blob": {
			OperationID: "getBlob", Tags: []string{tagStorage},
			Summary:    "Read a blob",
			Parameters: asked,
			Responses:  orInactive(r, "delivery-db", answers{200: ofBlob("The content, with the media type that was given with it.", anyContent())}.with(r, blobFaults())),
		},
		"DELETE /blob": {
			OperationID: "deleteBlob", Tags: []string{tagStorage},
			Summary:    "Delete a blob",
			Parameters: asked,
			Responses:  orInactive(r, "delivery-db", answers{204: answer("The blob is deleted.", nil)}.with(r, blobFaults())),
		},
	}
}

func describeCache(r huma.Registry) operations {
	return operations{
		"DELETE /cache": {
			OperationID: "deleteCache", Tags: []string{tagStorage},
			Summary:     "Mark a cached value as stale",
			Description: "For values that existing servers have cached in the same database. Either the id or a descriptor is given.",
			Parameters: []*huma.Param{
				query("id", "Id of the cached value, 32 hexadecimal digits.", text()),
				query("deleteAfter", "From when on it is stale, ISO 8601; now if it is missing.", text()),
			},
			RequestBody: &huma.RequestBody{
				Description: "A cache descriptor, if there is no id.",
				Content:     jsonContent(&huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}, ""),
			},
			Responses: answers{204: answer("The value is stale; unknown ids are fine.", nil)}.with(r, map[int]string{
				400: "There is neither an id nor a descriptor, or something is malformed.",
			}),
		},
	}
}
