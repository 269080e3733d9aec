# Every test is a CTest test. A folder of tests/ that needs more than the patterns below brings its
# own CMakeLists.txt, which is found here. Labels: slow (over five seconds), external (tools of
# other ecosystems), house (the same in every build), bench (measures). COST starts the longest first;
# tools/test says when a test counts as hung.

pkg_check_modules(ARCHVM_TEST_DEPS REQUIRED IMPORTED_TARGET cmocka jansson libcmark-gfm)

file(GLOB support_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/support/*.c")
add_library(archvm_test_flags INTERFACE)
target_include_directories(
    archvm_test_flags INTERFACE src src/include tests "${ARCHVM_GENERATED_DIR}")
target_compile_definitions(
    archvm_test_flags INTERFACE ARCHVM_VERSION="${PROJECT_VERSION}" _XOPEN_SOURCE=700
                                AV_TEST_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_link_libraries(
    archvm_test_flags INTERFACE archvm_static archvm_flags PkgConfig::ARCHVM_TEST_DEPS
                                PkgConfig::ARCHVM_DEPS)
target_link_options(archvm_test_flags INTERFACE ${archvm_file_by_file_link})
if(support_sources)
    add_library(archvm_test_support STATIC ${support_sources})
    target_link_libraries(archvm_test_support PUBLIC archvm_test_flags)
else()
    add_library(archvm_test_support INTERFACE)
    target_link_libraries(archvm_test_support INTERFACE archvm_test_flags)
endif()

# tests/unit/<folder>/test_<module>.c: CMocka, run from the source folder.
file(GLOB unit_tests CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/unit/*/test_*.c")
foreach(source IN LISTS unit_tests)
    get_filename_component(folder "${source}" DIRECTORY)
    get_filename_component(folder "${folder}" NAME)
    get_filename_component(name "${source}" NAME_WE)
    string(REGEX REPLACE "^test_" "" name "${name}")
    set(target "test_${folder}_${name}")
    add_executable(${target} "${source}")
    target_link_libraries(${target} PRIVATE archvm_test_support)
    # Symbols of generated headers are made before a test that includes them.
    add_dependencies(${target} archvm_objects)
    add_test(NAME "unit.${folder}.${name}" COMMAND ${target}
             WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
endforeach()

# Every test of the shipped rules once more, to see which rules they reach: minutes under sanitizers, and nothing new.
if(TARGET test_engine_coverage)
    set_tests_properties(unit.engine.coverage PROPERTIES LABELS slow)
endif()

file(GLOB test_lists CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/*/CMakeLists.txt")
foreach(list IN LISTS test_lists)
    get_filename_component(folder "${list}" DIRECTORY)
    get_filename_component(name "${folder}" NAME)
    add_subdirectory("${folder}" "${PROJECT_BINARY_DIR}/tests/${name}")
endforeach()
