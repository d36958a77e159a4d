//! The rules that the code keeps: layers, sizes, tidiness, dependencies, twin migrations, requirements with tests.
