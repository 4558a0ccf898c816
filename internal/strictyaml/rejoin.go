package strictyaml

import (
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// rejoined repairs what goccy/go-yaml v1.19 takes for a mapping: a plain scalar
// with a colon in a list within braces, such as AV:N in {cve_values: [AV:N]}. By
// YAML 1.2, section 7.3.3, a colon separates only if a space follows.
func rejoined(item ast.Node) (*token.Token, string, bool) {
	pair, ok := item.(*ast.MappingValueNode)
	if m, isMapping := item.(*ast.MappingNode); isMapping && !m.IsFlowStyle && len(m.Values) == 1 {
		pair, ok = m.Values[0], true
	}
	if !ok || pair.Start == nil {
		return nil, "", false
	}
	key, isPlain := pair.Key.(*ast.StringNode)
	value, isScalar := pair.Value.(ast.ScalarNode)
	if !isPlain || !isScalar || key.Token.Type != token.StringType {
		return nil, "", false
	}
	after, colon := value.GetToken(), pair.Start.Position
	quoted := after.Type == token.SingleQuoteType || after.Type == token.DoubleQuoteType
	if quoted || after.Position.Line != colon.Line || after.Position.Column != colon.Column+1 {
		return nil, "", false
	}
	return key.Token, key.Value + ":" + after.Value, true
}
