# archvm_flags: what every C file of the project is compiled and linked with.
# archvm_generated_warnings: the warnings generated C cannot stand, taken back per file.

add_library(archvm_flags INTERFACE)
target_compile_features(archvm_flags INTERFACE c_std_17)
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)

target_compile_options(
    archvm_flags
    INTERFACE -Wall
              -Wextra
              -Wpedantic
              -Wshadow
              -Wconversion
              -Wstrict-prototypes
              -Wmissing-prototypes
              -Wvla
              "-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/="
              $<$<BOOL:${ARCHVM_WERROR}>:-Werror>)
set(archvm_generated_warnings
    -Wno-conversion -Wno-sign-conversion -Wno-shadow -Wno-missing-prototypes -Wno-unused-parameter
    -Wno-unused-variable -Wno-unused-but-set-variable -Wno-unused-function)

# A release of the command is optimised across files: hot paths cross them (lexer and parser, machine and values). The
# objects hold machine code too, so that whoever links the library needs no such compiler; clang has no such objects yet.
if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT ARCHVM_SANITIZE
   AND NOT ARCHVM_COVERAGE)
    set(archvm_across_files_compile -flto -ffat-lto-objects)
    set(archvm_across_files_link -flto=auto)
    set(archvm_file_by_file_link -fno-lto) # what tests link with: there are many, and they are not measured
endif()

if(ARCHVM_SANITIZE)
    target_compile_options(
        archvm_flags INTERFACE -fsanitize=${ARCHVM_SANITIZE} -fno-sanitize-recover=all
                               -fno-omit-frame-pointer)
    target_link_options(archvm_flags INTERFACE -fsanitize=${ARCHVM_SANITIZE})
endif()
if(ARCHVM_FUZZ)
    target_compile_options(archvm_flags INTERFACE -fsanitize=fuzzer-no-link)
    target_link_options(archvm_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(ARCHVM_COVERAGE)
    target_compile_options(archvm_flags INTERFACE --coverage)
    target_link_options(archvm_flags INTERFACE --coverage)
endif()
