//! Routes, extraction and rendering.
