package kube

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
)

// AddToScheme registers the types of this package.
func AddToScheme(s *runtime.Scheme) error {
	s.AddKnownTypes(GroupVersion,
		&BacklogItem{}, &BacklogItemList{},
		&RuntimeArtefact{}, &RuntimeArtefactList{},
		&LogCollection{}, &LogCollectionList{},
	)
	metav1.AddToGroupVersion(s, GroupVersion)
	return nil
}

// newCodecs returns what reads and writes the types of this package.
func newCodecs() (serializer.CodecFactory, runtime.ParameterCodec, error) {
	scheme := runtime.NewScheme()
	if err := AddToScheme(scheme); err != nil {
		return serializer.CodecFactory{}, nil, err
	}
	metav1.AddToGroupVersion(scheme, metav1.Unversioned)
	return serializer.NewCodecFactory(scheme), runtime.NewParameterCodec(scheme), nil
}
