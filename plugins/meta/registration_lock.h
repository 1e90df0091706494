#pragma once

#include <gst/gst.h>

namespace blip {

// This library may be in a process twice: inside the plug-in, and as the shared library that an application links.
// Types have one name in a process, so each copy looks for a type first and registers it only if it is not there; both
// steps under one lock that a process has once, that of GStreamer's registry object.
class RegistrationLock {
 public:
  RegistrationLock() : registry_(GST_OBJECT(gst_registry_get())) { GST_OBJECT_LOCK(registry_); }
  ~RegistrationLock() { GST_OBJECT_UNLOCK(registry_); }
  RegistrationLock(const RegistrationLock&) = delete;
  RegistrationLock& operator=(const RegistrationLock&) = delete;

 private:
  GstObject* registry_;
};

}  // namespace blip
