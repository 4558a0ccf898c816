package component

// ToJSON returns a document as JSON, which [Decode] reads several times faster than
// YAML, and from which it makes an equal descriptor. Whether the document is a
// descriptor is not looked at. Errors are those of Decode.
func ToJSON(document []byte) ([]byte, error) { return toJSON(document) }
