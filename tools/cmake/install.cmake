# cmake --install: command, libraries, header, pkg-config and CMake packages, man pages, shell
# completion, the shipped rules and the standard library. What does not exist yet is left out.

include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/archvm")
set(ARCHVM_DATA_DIR "${CMAKE_INSTALL_DATADIR}/archvm")

if(TARGET archvm_command)
    install(TARGETS archvm_command)
endif()
install(TARGETS archvm_static archvm_shared EXPORT archvmTargets)
if(public_header)
    install(FILES "${public_header}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
endif()

list(JOIN ARCHVM_LIBRARY_PACKAGES ", " ARCHVM_PC_REQUIRES)
# Relative, so that cmake --install --prefix may choose another place than the build did.
file(RELATIVE_PATH ARCHVM_PC_PREFIX "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
configure_file(tools/cmake/archvm.pc.in archvm.pc @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/archvm.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

install(EXPORT archvmTargets NAMESPACE archvm:: DESTINATION "${package_dir}")
configure_package_config_file(
    tools/cmake/archvmConfig.cmake.in archvmConfig.cmake INSTALL_DESTINATION "${package_dir}"
    PATH_VARS ARCHVM_DATA_DIR)
write_basic_package_version_file(
    "${PROJECT_BINARY_DIR}/archvmConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/archvmConfig.cmake"
              "${PROJECT_BINARY_DIR}/archvmConfigVersion.cmake" DESTINATION "${package_dir}")

foreach(folder IN ITEMS rules stdlib)
    install(DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}" DESTINATION "${ARCHVM_DATA_DIR}" OPTIONAL
            FILES_MATCHING PATTERN "*.arch")
endforeach()
# build/man and build/completions are written by the command itself, from its table of options.
install(DIRECTORY "${PROJECT_BINARY_DIR}/man/" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" OPTIONAL
        FILES_MATCHING PATTERN "*.1")
install(FILES "${PROJECT_BINARY_DIR}/completions/archvm.bash" RENAME archvm OPTIONAL
        DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
install(FILES "${PROJECT_BINARY_DIR}/completions/_archvm" OPTIONAL
        DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions")
install(FILES "${PROJECT_BINARY_DIR}/completions/archvm.fish" OPTIONAL
        DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
