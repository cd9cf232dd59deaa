"""The uncertain parameters the rules read: one field each of the ``PARAMETER`` record.

Their distributions, units, grades and sources stand in each region's ``priors.csv``, which must hold
exactly these names.
"""

import numpy as np

PARAMETERS: tuple[str, ...] = (
    # the population of 2015
    "pool_size", "rd_doer_share", "awareness_2015", "firm_size_median", "firm_size_sigma", "entry_rate",
    "science_staff_share",
    # growth and exit
    "growth_mean", "growth_sd", "growth_size_exponent",
    "hazard_age_0", "hazard_age_1", "hazard_age_2", "hazard_age_3_6", "hazard_age_7plus", "register_exit_ratio",
    # research
    "rd_intensity_sme", "rd_drift_record", "giant_rd_premium", "rd_drift_after", "giant_rd_shock_sd",
    "rd_usercost_elast", "rd_relabel_share", "relabel_near_line", "subsidy_additionality", "subsidy_saturation",
    "subsidy_misuse_share", "rd_productivity_elast", "local_spillover",
    # patents
    "patent_productivity", "patent_rd_elast", "patent_grant_share", "patent_lapse", "patent_subsidy_effect",
    "hnte_patent_effect", "ip_service_effect",
    # register and 高新技术企业
    "register_rate", "drive_strength", "awareness_diffusion", "coaching_effect", "award_response",
    "incubator_register_boost", "hnte_apply_rate", "hnte_pass_rate", "hnte_renewal_rate",
    # loans and funds
    "loan_application_rate", "kv_loan_approval", "kv_loan_size", "loan_default", "default_cover_response",
    "guarantee_effect_rd", "guarantee_effect_tfp", "commercial_application_rate", "kv_followon_commercial",
    "grant_effect_survival", "seed_vc_multiplier", "vc_deal_rate", "vc_effect_productivity", "gov_fund_crowd",
    "fund_scale_2020",
    # incubators
    "incubator_growth_bonus", "incubator_hazard_ratio", "incubator_market_rate", "incubator_upgrade_rate",
    # platforms and institutes
    "platform_apply_rate", "institute_landing", "partner_search", "uic_effect", "consortium_effect",
    "project_win_rate", "collaboration_rate", "high_platform_rate", "transfer_threshold", "postdoc_rate",
    "postdoc_station_skill",
    # talent
    "talent_2015", "talent_arrival", "talent_accept", "talent_package_elast", "talent_leave", "star_effect",
    # attraction, titles, effort
    "contract_realisation", "attracted_rd_share", "large_plant_spillover", "otc_rate", "specialised_rate_old",
    "specialised_rate_new", "effort_on", "effort_strength", "effort_quality_cost", "task_growth",
    # statistics and totals
    "survey_coverage", "other_rd_share", "publication_error", "digital_core_2020", "high_tech_output_2020",
    "strategic_growth_gap", "strategic_share_2015",
)

PARAMETER = np.dtype([(name, "f8") for name in PARAMETERS])
